// Creates and changes merchants, stores and API keys. Used by the operator's commands, the console and the seeds.

import { randomBytes } from 'node:crypto';
import type { Address } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import { DEFAULT_FEE_BPS, DEFAULT_MIN_FEE_UNITS } from '#domain/fees.ts';
import { makeApiKeyId, makeApiSecret, makeId } from '#domain/ids.ts';
import type { AddressCheck, PayableAddress } from '#domain/payable-address.ts';
import type { AccountStatus } from '#domain/store-standing.ts';
import { requireProvenMembers } from '../accounts/proven-account.ts';
import { ApiKey, Merchant, Store } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { type MasterKeys, sealSecret } from '../secrets.ts';
import { withinTransaction } from '../transaction.ts';
import { type Actor, writeAudit } from './audit.ts';
import { endWaitingChange } from './end-change.ts';
import { findStore } from './find-store.ts';
import { lockStore } from './lock-merchant.ts';
import { MoneyPermission } from './money-permission.ts';
import { mailSettingsChanges } from './settings-changes.ts';
import {
  apiKeyFields,
  definedOnly,
  merchantFields,
  parseFields,
  type StoreSettings,
  storeSettings,
} from './store-settings.ts';

export interface NewStore extends Omit<StoreSettings, 'receiver'> {
  name: string;
  /** Checked on the networks that the store accepts. */
  receiver?: PayableAddress | null;
  /** The merchant's address; an existing merchant with it gets one more store. */
  email: string;
  merchantName?: string;
}

/**
 * Creates an active store, and an active merchant unless one has this e-mail address. A store without `receiver` can be set up but
 * cannot create intents. Throws UserError: a merchant that waits for activation gets no store, and none whose members have an
 * unproven e-mail address.
 */
export const createMerchantAndStore = (
  entityManager: Em,
  { email, merchantName, ...settings }: NewStore,
): Promise<{ merchantId: string; storeId: string }> =>
  entityManager.fork().transactional(async (em) => {
    const person = parseFields(merchantFields, { name: merchantName ?? settings.name, email }, 'merchant');
    const values = parseFields(storeSettings.required({ name: true }), settings, 'store');
    // Upsert first: two commands for one new address at once make one merchant.
    const merchant = await em.upsert(
      Merchant,
      {
        ...{ id: makeId('mer', randomBytes(16)), ...person },
        ...{ status: 'active' as const, activatedAt: new Date(), createdAt: new Date() },
      },
      { onConflictFields: ['email'], onConflictAction: 'merge', onConflictMergeFields: ['email'] },
    );
    if (merchant.status === 'suspended') throw new UserError('merchant_suspended', 'This merchant is suspended.');
    if (merchant.status === 'applied') {
      throw new UserError(
        'merchant_applied',
        'This merchant waits for activation: decide about its application first.',
      );
    }
    await requireProvenMembers(em, merchant.id);
    const store = newStore(em, merchant, {
      ...definedOnly(values),
      name: values.name,
      status: values.status ?? 'active',
    });
    await em.flush();
    return { merchantId: merchant.id, storeId: store.id };
  });

/** A new store with default settings, in the transaction of `em`. */
export const newStore = (
  em: Em,
  merchant: Merchant,
  settings: Partial<Store> & { name: string; status: AccountStatus },
) => {
  const now = new Date();
  return em.create(Store, {
    id: makeId('sto', randomBytes(16)),
    merchant,
    feeBps: DEFAULT_FEE_BPS,
    minFeeUnits: DEFAULT_MIN_FEE_UNITS,
    toleranceBps: 50,
    checkoutTtlSeconds: 1800,
    extensionSeconds: 1800,
    replayWindowSeconds: 600,
    signsResponses: false,
    locale: 'en',
    timeZone: 'UTC',
    createdAt: now,
    updatedAt: now,
    ...settings,
  });
};

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

/** A change of a script or seed, which names no person. */
const SCRIPT: Actor = { kind: 'system', id: 'script', email: null };

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

export interface CreatedApiKey {
  /** The public identifier, `st_…`: the header `X-API-Key`. */
  apiKey: string;
  /** Shown once: only its sealed form is stored. */
  apiSecret: string;
}

/** Creates a key for a store. Throws UserError. @param also runs in the same transaction */
export const createApiKey = (
  entityManager: Em,
  masterKeys: MasterKeys,
  storeId: string,
  fields: { name: string; ipAllowlist?: string[] },
  actor?: Actor,
  also?: (em: Em, apiKey: string) => Promise<void>,
): Promise<CreatedApiKey> =>
  entityManager.fork().transactional(async (em) => {
    const store = await lockStore(em, storeId);
    const created = await addApiKey(em, masterKeys, store, fields, actor);
    if (actor) await auditKey(em, actor, 'key.create', store, created.apiKey, { name: fields.name });
    await also?.(em, created.apiKey);
    return created;
  });

/**
 * A new key in the transaction of `em`. One that a person adds to others may not sign webhooks of their orders, until its change is
 * applied (pending-changes.ts). Throws UserError.
 */
export const addApiKey = async (
  em: Em,
  masterKeys: MasterKeys,
  store: Store,
  fields: { name: string; ipAllowlist?: string[] },
  actor: Actor | undefined,
): Promise<CreatedApiKey> => {
  const values = parseFields(apiKeyFields, fields, 'api_key');
  const apiKey = makeApiKeyId(store, randomBytes(16));
  const apiSecret = makeApiSecret(store, randomBytes(32));
  const sealedSecret = sealSecret(masterKeys, { storeId: store.id, apiKeyId: apiKey }, apiSecret);
  const byPerson = actor !== undefined && actor.kind !== 'command';
  const signsForOthers = !byPerson || store.isTest || (await em.count(ApiKey, { store })) === 0;
  em.create(ApiKey, { id: apiKey, store, ...values, sealedSecret, signsForOthers, createdAt: new Date() });
  await em.flush();
  return { apiKey, apiSecret };
};

/** Audits a person's change of a key, in the transaction of `em`. */
export const auditKey = (
  em: Em,
  actor: Actor,
  action: 'key.create' | 'key.roll' | 'key.update' | 'key.revoke',
  store: Store,
  apiKeyId: string,
  data: Record<string, unknown>,
): Promise<void> =>
  writeAudit(em, {
    actor,
    action,
    data,
    subjectKind: 'api_key',
    subjectId: apiKeyId,
    merchantId: store.merchant.id,
    storeId: store.id,
  });

/** A key of any store, or of `storeId` only; its store is locked. Throws UserError. */
export const lockApiKey = async (em: Em, apiKeyId: string, storeId?: string): Promise<ApiKey> => {
  const where = { id: apiKeyId, ...(storeId ? { store: storeId } : {}) };
  const found = await em.findOne(ApiKey, where);
  if (!found) throw new UserError('api_key_not_found', `There is no key ${apiKeyId}.`);
  await lockStore(em, found.store.id);
  return await em.findOneOrFail(ApiKey, apiKeyId, { populate: ['store'], refresh: true });
};

/**
 * Revokes a key of any store, or of `storeId` only. A change of its signing that waits ends. Servers cache keys for at most a second.
 * Safe to run twice.
 */
export const revokeApiKey = (
  entityManager: Em,
  apiKeyId: string,
  storeId?: string,
  actor?: Actor,
): Promise<{ revokedAt: Date }> =>
  entityManager.fork().transactional(async (em) => {
    const key = await lockApiKey(em, apiKeyId, storeId);
    if (key.revokedAt) return { revokedAt: key.revokedAt };
    const revokedAt = new Date();
    key.revokedAt = revokedAt;
    await em.flush();
    if (actor) await auditKey(em, actor, 'key.revoke', key.store, apiKeyId, { name: key.name });
    await endWaitingChange(em, { kind: 'webhook_secret', subject: apiKeyId }, actor ?? SCRIPT, { revoked: true });
    return { revokedAt };
  });

export interface ApiKeySummary {
  apiKey: string;
  name: string;
  ipAllowlist: string[];
  createdAt: Date;
  revokedAt: Date | null;
  /** Set when the key was rolled: it works until then. */
  expiresAt: Date | null;
  /** To about a minute; null when unused. */
  lastUsedAt: Date | null;
}

/** A store's keys, newest first, revoked ones included; never secrets. */
export const listApiKeys = async (entityManager: Em, storeId: string): Promise<ApiKeySummary[]> => {
  const em = entityManager.fork();
  await findStore(em, storeId);
  const keys = await em.find(ApiKey, { store: storeId }, { orderBy: { createdAt: 'desc', id: 'asc' } });
  return keys.map(({ id, name, ipAllowlist, createdAt, revokedAt, expiresAt, lastUsedAt }) => ({
    apiKey: id,
    name,
    ipAllowlist,
    createdAt,
    revokedAt: revokedAt ?? null,
    expiresAt: expiresAt ?? null,
    lastUsedAt: lastUsedAt ?? null,
  }));
};
