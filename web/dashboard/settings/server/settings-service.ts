// Reads and saves a store's settings, one section at a time. A save writes an audit entry with the old and new values.
import { verifyTypedData } from 'ethers';
import { Store } from '#db/entities/store.entity.ts';
import { checkSettings, updateStore } from '#db/merchants/change-store.ts';
import { listOwnerEmails } from '#db/merchants/members.ts';
import { requestReceiver } from '#db/merchants/pending-changes.ts';
import { readReceiverCodes } from '#db/merchants/receiver-codes.ts';
import { logoPath, putLogo } from '#db/merchants/store-logos.ts';
import type { StoreSettings } from '#db/merchants/store-settings.ts';
import type { Orm } from '#db/orm.ts';
import type { Address, Hex } from '#domain/address.ts';
import { type Chain, networksFor } from '#domain/chains.ts';
import { COIN_IDS, coinSymbol } from '#domain/coins.ts';
import type { ConfirmationNeed } from '#domain/confirmations.ts';
import { UserError } from '#domain/errors.ts';
import { formatDecimal } from '#domain/money.ts';
import type { AddressCheck } from '#domain/payable-address.ts';
import { type ReceiverCodes, receiverProblem, receiverProblemText } from '#domain/receiver-networks.ts';
import {
  PROOF_MINUTES,
  RECEIVER_PROOF_DOMAIN,
  RECEIVER_PROOF_FIELDS,
  receiverProofMessage,
} from '#domain/receiver-proof.ts';
import { webhookAddressWarnings } from '#domain/web-address.ts';
import type { ReceiverCheck } from '#network/receiver-check.ts';
import { type AnySubmission, parseForm } from '#web/access/form-action.ts';
import { countText } from '#web/ui/count-text.ts';
import { type Logo, makeLogo } from './logo.ts';
import { settingsForm } from './settings-forms.ts';
import type {
  NetworkChoice,
  ReceiverAnswer,
  SettingsSection,
  SettingsService,
  SettingsView,
} from './settings-types.ts';
import { tryReceiver } from './try-receiver.ts';

export interface SettingsDeps {
  orm: Orm;
  checkAddress: AddressCheck;
  receivers: ReceiverCheck;
  /** The enabled chains. */
  chains: readonly Chain[];
  /** Allows http receivers. */
  development: boolean;
  /** Without a trailing slash. */
  publicUrl: string;
  /** How long a change of the receiving address waits. */
  changeWaitMs: number;
}

export const createSettingsService = (deps: SettingsDeps): SettingsService => {
  const { orm, chains, development, checkAddress, publicUrl, changeWaitMs } = deps;
  const contextOf = (store: { isTest: boolean }) => ({
    chains: networksFor(store, chains),
    development,
  });
  return {
    async view(storeId, section) {
      const em = orm.em.fork();
      const store = await em.findOneOrFail(Store, storeId);
      const owners = section === 'notifications' ? await listOwnerEmails(em, store.merchant.id) : [];
      const codes = store.receiver ? await readReceiverCodes(em, store.receiver) : null;
      const networks = contextOf(store).chains.map((chain) => networkOf(chain, codes));
      return viewOf(store, section, settingsForm(section, contextOf(store)).values(store), networks, owners);
    },
    async save({ store, actor }, section, form) {
      const upload = form.get('logo');
      // Checked separately; a file can't be sent back with the rejected form.
      form.delete('logo');
      const { schema, toSettings } = settingsForm(section, contextOf(store));
      const submission = parseForm(form, schema);
      const problems: Record<string, string[]> = {};
      const logo = section === 'store' ? await logoOf(upload, form.get('removeLogo') === 'on', problems) : undefined;
      if (submission.status !== 'success' || Object.keys(problems).length > 0) {
        return { saved: false, result: submission.reply({ fieldErrors: problems }) };
      }
      const settings = toSettings(submission.value);
      if (section === 'receiver') {
        const problem = addProof(settings, store.id, submission.value as GivenProof);
        if (problem) return { saved: false, result: submission.reply({ fieldErrors: { signature: [problem] } }) };
      }
      if (logo !== undefined) settings.logoUrl = logo && logoPath(logo.sha256);
      const receiver = await tryWebhookUrl(deps, store.id, settings);
      if (receiver && typeof receiver === 'object') {
        return { saved: false, result: submission.reply({ fieldErrors: { webhookUrl: [receiver.problem] } }) };
      }
      try {
        const checked = await checkSettings(orm.em, checkAddress, store.id, settings);
        if (section === 'receiver') {
          const request = { actor, publicUrl, waitMs: changeWaitMs, storeId: store.id, checked };
          return { saved: true, warnings: [], waits: (await requestReceiver(orm.em, request)).waits, receiver: null };
        }
        await updateStore(orm.em, store.id, checked, actor, async (em) => {
          if (logo !== undefined) await putLogo(em, store.id, logo);
        });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return { saved: false, result: rejected(submission, section, error) };
      }
      const warnings = section === 'connection' ? warningsOf(settings.webhookUrl) : [];
      return { saved: true, warnings, waits: false, receiver };
    },
  };
};

/** Calls a new webhook URL. Null: none was set. The stored one is not called again: its deliveries say how it does. */
const tryWebhookUrl = async (
  { orm, receivers }: SettingsDeps,
  storeId: string,
  { webhookUrl }: StoreSettings,
): Promise<ReceiverAnswer | { problem: string } | null> => {
  if (!webhookUrl) return null;
  const { webhookUrl: stored } = await orm.em.fork().findOneOrFail(Store, storeId);
  if (webhookUrl === stored) return null;
  return await tryReceiver(receivers, webhookUrl);
};

/** Of the receiver, or of the networks that it cannot be used on. */
const rejected = (submission: AnySubmission, section: SettingsSection, { message }: UserError) => {
  const field = ({ receiver: 'receiver', payments: 'acceptedChainIds' } as Record<string, string>)[section];
  const shown = section === 'payments' ? `The receiving address: ${message}` : message;
  return submission.reply(field ? { fieldErrors: { [field]: [shown] } } : { formErrors: [shown] });
};

/** Undefined keeps the stored logo, null removes it. */
const logoOf = async (
  upload: FormDataEntryValue | null,
  removed: boolean,
  problems: Record<string, string[]>,
): Promise<Logo | null | undefined> => {
  if (upload === null || typeof upload === 'string' || upload.size === 0) return removed ? null : undefined;
  try {
    return await makeLogo(Buffer.from(await upload.arrayBuffer()));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.logo = [error.message];
    return undefined;
  }
};

type GivenProof = {
  receiver: Address;
  signature: Hex | '';
  signedAt: string;
};

/** Stores the signature that proves the address, if one was given. @returns what is wrong with it, or null */
const addProof = (
  settings: StoreSettings,
  storeId: string,
  { receiver, signature, signedAt }: GivenProof,
): string | null => {
  if (signature === '') return null;
  const age = Date.now() - Date.parse(signedAt);
  if (!(Math.abs(age) <= PROOF_MINUTES * 60_000)) return `is older than ${PROOF_MINUTES} minutes: sign again`;
  const message = receiverProofMessage({ storeId, receiver, signedAt });
  try {
    const signer = verifyTypedData(
      RECEIVER_PROOF_DOMAIN,
      { ReceiverProof: [...RECEIVER_PROOF_FIELDS] },
      message,
      signature,
    );
    if (signer !== receiver) return `was made by ${signer}, not by the receiving address`;
  } catch {
    return 'is not a signature of this message';
  }
  settings.receiverProof = { address: receiver, signature, signedAt };
  return null;
};

const warningsOf = (url: string | null | undefined): string[] => (url ? webhookAddressWarnings(url) : []);

const viewOf = (
  store: Store,
  section: SettingsSection,
  values: SettingsView['values'],
  networks: NetworkChoice[],
  owners: string[],
): SettingsView => {
  const proof = store.receiverProof ?? null;
  return {
    section,
    values,
    storeName: store.name,
    logoUrl: store.logoUrl ?? null,
    isTest: store.isTest,
    networks,
    coins: COIN_IDS.map((id) => ({ id, symbol: coinSymbol(id) })),
    receiver: {
      address: store.receiver ?? null,
      proof: proof && proof.address === store.receiver ? { address: proof.address, signedAt: proof.signedAt } : null,
    },
    webhook: {
      url: store.webhookUrl ?? null,
      disabledAt: store.webhookDisabledAt?.toISOString() ?? null,
      warnings: warningsOf(store.webhookUrl),
    },
    owners,
  };
};

const networkOf = (chain: Chain, codes: ReceiverCodes | null): NetworkChoice => {
  const problem = codes && receiverProblem(codes, chain);
  return {
    id: chain.id,
    name: chain.name,
    rule: ruleOf(chain),
    problem: problem && receiverProblemText(problem, chain.id),
  };
};

const ruleOf = ({ confirmation }: Chain): string =>
  confirmation.tiers
    .map(({ need }, index) => {
      const above = confirmation.tiers[index - 1]?.upToUnits;
      return `${above == null ? '' : `above ${formatDecimal(above, 18, 0)} coins `}${needLabel(need)}`;
    })
    .join(', ');

const needLabel = (need: ConfirmationNeed): string =>
  need.kind === 'depth' ? countText(need.blocks, 'block') : `the chain’s own ${need.tag} block`;
