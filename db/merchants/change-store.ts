// Changes the settings of a store: what was checked before, what is locked, audited and mailed.
import type { Address } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import type { AddressCheck } from '#domain/payable-address.ts';
import type { Store } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { withinTransaction } from '../transaction.ts';
import { type Actor, SCRIPT, writeAudit } from './audit.ts';
import { endWaitingChange } from './end-change.ts';
import { findStore } from './find-store.ts';
import { lockStore } from './lock-merchant.ts';
import { MoneyPermission } from './money-permission.ts';
import { mailSettingsChanges } from './settings-changes.ts';
import { definedOnly, parseFields, type StoreSettings, storeSettings } from './store-settings.ts';

/** Settings on which depends where money goes, and whether it can be used there. */
type MoneySetting = 'receiver' | 'acceptedChainIds' | 'isTest';

/** Settings that change none of those. */
export type PlainSettings = Omit<StoreSettings, MoneySetting | 'receiverProof'> & {
  [Name in MoneySetting]?: undefined;
};

declare const CHECKED: unique symbol;

/** Settings of which the receiver was checked on every accepted network. Only `checkSettings` makes them. */
export interface CheckedSettings {
  readonly [CHECKED]: true;
  readonly settings: StoreSettings;
  /** What the store had when it was checked, as JSON. */
  readonly seen: string;
}

/**
 * Checks that the store's receiver, as it will be, can keep money on every network that the store will accept: of a new receiver, and
 * of the receiver that stays when networks are added. Reads the chains, so it comes before the transaction. Throws UserError.
 */
export const checkSettings = async (
  entityManager: Em,
  check: AddressCheck,
  storeId: string,
  settings: StoreSettings,
): Promise<CheckedSettings> => {
  const values = definedOnly(parseFields(storeSettings, settings, 'store'));
  const store = await findStore(entityManager.fork(), storeId);
  const next = { ...moneySettings(store), ...values };
  const isChanged = JSON.stringify(moneySettings(next)) !== JSON.stringify(moneySettings(store));
  if (next.receiver && isChanged) await check(next.receiver, next);
  return { settings, seen: JSON.stringify(moneySettings(store)) } as CheckedSettings;
};

const moneySettings = ({ receiver, acceptedChainIds, isTest }: Pick<Partial<Store>, MoneySetting>) => ({
  receiver: receiver ?? null,
  acceptedChainIds: acceptedChainIds ?? null,
  isTest: isTest ?? false,
});

/**
 * Changes the settings that are given. A new webhook URL enables a disabled webhook, and owners get an e-mail about it. A change by a
 * person writes an audit entry. The receiver needs `updateMoneySettings`. Throws UserError.
 * @param also runs in the same transaction
 */
export const updateStore = (
  entityManager: Em,
  storeId: string,
  given: PlainSettings | CheckedSettings,
  actor?: Actor,
  also?: (em: Em) => Promise<void>,
): Promise<Store> =>
  entityManager.fork().transactional(async (em) => {
    const store = await writeSettings(em, storeId, given, null, actor);
    await also?.(em);
    return store;
  });

/**
 * The same for every setting, the receiver included: a new one clears the proof of the old one, and ends a change that waits. Runs in
 * the transaction of `em`, when it is in one. Throws UserError.
 */
export const updateMoneySettings = (
  em: Em,
  permission: MoneyPermission,
  storeId: string,
  checked: CheckedSettings,
  actor?: Actor,
): Promise<Store> => withinTransaction(em, (fork) => writeSettings(fork, storeId, checked, permission, actor));

/** A receiver that was checked when its change was asked for. It is rejected when the store's networks have changed since. */
export const checkedReceiver = (receiver: Address, seen: string): CheckedSettings =>
  ({ settings: { receiver }, seen }) as CheckedSettings;

const writeSettings = async (
  em: Em,
  storeId: string,
  given: PlainSettings | CheckedSettings,
  permission: MoneyPermission | null,
  actor: Actor | undefined,
): Promise<Store> => {
  const checked = 'seen' in given ? given : null;
  const values = definedOnly(parseFields(storeSettings, checked?.settings ?? given, 'store'));
  const store = await lockStore(em, storeId);
  if (checked && checked.seen !== JSON.stringify(moneySettings(store)))
    throw new UserError('changed_meanwhile', 'Somebody changed these settings in the meantime. Nothing was saved.');
  const isNewReceiver = values.receiver !== undefined && values.receiver !== (store.receiver ?? null);
  if ((isNewReceiver || values.receiverProof) && !(permission instanceof MoneyPermission))
    throw new Error('A receiving address needs a permission');
  if (isNewReceiver) {
    values.receiverProof ??= null;
    await endWaitingChange(em, { kind: 'receiver', subject: storeId }, actor ?? SCRIPT, { replaced: true });
  }
  const changes = changesOf(store, values);
  em.assign(store, { ...values, updatedAt: new Date() });
  if (values.webhookUrl !== undefined) store.webhookDisabledAt = null;
  if (actor && Object.keys(changes).length > 0) {
    await writeAudit(em, {
      actor,
      action: 'store.update',
      subjectKind: 'store',
      subjectId: storeId,
      merchantId: store.merchant.id,
      storeId,
      data: { changes },
    });
  }
  await mailSettingsChanges(em, storeId, changes, actor);
  return store;
};

/** Changed settings: from and to by name, JSON-safe. */
export type SettingsChanges = Record<string, { from: unknown; to: unknown }>;

const changesOf = (store: Store, values: object): SettingsChanges => {
  const pairs = Object.entries(values)
    .map(([name, to]) => [name, { from: jsonSafe(store[name as keyof Store]), to: jsonSafe(to) }] as const)
    .filter(([, { from, to }]) => JSON.stringify(from) !== JSON.stringify(to));
  return Object.fromEntries(pairs);
};

const jsonSafe = (value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : (value ?? null));
