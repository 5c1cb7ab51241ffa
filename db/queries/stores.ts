// Merchants, stores and API keys: made, changed and revoked. The operator's commands, the console and the seeds use these.
import { randomBytes } from 'node:crypto';
import { UserError } from '#domain/errors.ts';
import { DEFAULT_FEE_BPS, DEFAULT_MIN_FEE_UNITS } from '#domain/fees.ts';
import { makeApiKeyId, makeApiSecret, makeId } from '#domain/ids.ts';
import { ApiKey, Merchant, Store } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { type MasterKeys, sealSecret } from '../secrets.ts';
import { apiKeyFields, merchantFields, parseFields, type StoreSettings, storeSettings } from './store-settings.ts';

export interface NewStore extends StoreSettings {
  name: string;
  /** The merchant's; a merchant with this address gets one more store. */
  email: string;
  merchantName?: string;
}

/**
 * Makes an active merchant (or takes the one with this e-mail address) and an active store. A store without `receiver` can be
 * set up but cannot create intents. Throws UserError.
 */
export const createMerchantAndStore = (
  entityManager: Em,
  { email, merchantName, ...settings }: NewStore,
): Promise<{ merchantId: string; storeId: string }> =>
  entityManager.fork().transactional(async (em) => {
    const person = parseFields(merchantFields, { name: merchantName ?? settings.name, email }, 'merchant');
    const values = parseFields(storeSettings.required({ name: true }), settings, 'store');
    const now = new Date();
    // Upsert first: two commands for one new address at once make one merchant.
    const merchant = await em.upsert(
      Merchant,
      { id: makeId('mer', randomBytes(16)), ...person, status: 'active', createdAt: now },
      { onConflictFields: ['email'], onConflictAction: 'merge', onConflictMergeFields: ['email'] },
    );
    if (merchant.status === 'suspended') throw new UserError('merchant_suspended', 'This merchant is suspended.');
    const store = em.create(Store, {
      id: makeId('sto', randomBytes(16)),
      merchant,
      status: 'active',
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
      ...withoutUndefined(values),
    } as never);
    await em.flush();
    return { merchantId: merchant.id, storeId: (store as Store).id };
  });

const findStore = async (em: Em, storeId: string): Promise<Store> => {
  const store = await em.findOne(Store, storeId);
  if (!store) throw new UserError('store_not_found', `There is no store ${storeId}.`);
  return store;
};

const withoutUndefined = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

/** Changes the settings that are given. Setting a webhook address turns a disabled webhook on again. Throws UserError. */
export const updateStore = (entityManager: Em, storeId: string, settings: StoreSettings): Promise<Store> =>
  entityManager.fork().transactional(async (em) => {
    const values = withoutUndefined(parseFields(storeSettings, settings, 'store'));
    const store = await findStore(em, storeId);
    em.assign(store, { ...values, updatedAt: new Date() } as never);
    if (values.webhookUrl !== undefined) store.webhookDisabledAt = null;
    return store;
  });

export interface CreatedApiKey {
  /** The public identifier, `st_…`: the header `X-API-Key`. */
  apiKey: string;
  /** Shown this once: only its sealed form is kept. */
  apiSecret: string;
}

/** Makes a key for a store. Throws UserError. */
export const createApiKey = async (
  entityManager: Em,
  masterKeys: MasterKeys,
  storeId: string,
  fields: { name: string; ipAllowlist?: string[] },
): Promise<CreatedApiKey> => {
  const values = parseFields(apiKeyFields, fields, 'api_key');
  const em = entityManager.fork();
  const store = await findStore(em, storeId);
  const apiKey = makeApiKeyId(randomBytes(16));
  const apiSecret = makeApiSecret(randomBytes(32));
  const sealedSecret = sealSecret(masterKeys, { storeId, apiKeyId: apiKey }, apiSecret);
  em.create(ApiKey, { id: apiKey, store, ...values, sealedSecret, createdAt: new Date() });
  await em.flush();
  return { apiKey, apiSecret };
};

/** Revokes a key of any store, or of `storeId` only. Servers that cache keys follow within a second. Safe to run twice. */
export const revokeApiKey = async (
  entityManager: Em,
  apiKeyId: string,
  storeId?: string,
): Promise<{ revokedAt: Date }> => {
  const em = entityManager.fork();
  const key = await em.findOne(ApiKey, { id: apiKeyId, ...(storeId ? { store: storeId } : {}) });
  if (!key) throw new UserError('api_key_not_found', `There is no key ${apiKeyId}.`);
  key.revokedAt ??= new Date();
  await em.flush();
  return { revokedAt: key.revokedAt };
};

export interface ApiKeySummary {
  apiKey: string;
  name: string;
  ipAllowlist: string[];
  createdAt: Date;
  revokedAt: Date | null;
}

/** A store's keys, newest first, revoked ones included; never secrets. */
export const listApiKeys = async (entityManager: Em, storeId: string): Promise<ApiKeySummary[]> => {
  const em = entityManager.fork();
  await findStore(em, storeId);
  const keys = await em.find(ApiKey, { store: storeId }, { orderBy: { createdAt: 'desc', id: 'asc' } });
  return keys.map(({ id, name, ipAllowlist, createdAt, revokedAt }) => ({
    apiKey: id,
    name,
    ipAllowlist,
    createdAt,
    revokedAt: revokedAt ?? null,
  }));
};
