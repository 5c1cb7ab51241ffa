// Webhook endpoints of a store: made, changed and deleted over the API and in the dashboard. Each change is in the audit log, and its
// owners get an e-mail about a new URL (endpoint-mails.ts), in the same transaction.
import { randomBytes } from 'node:crypto';
import { UserError } from '#domain/errors.ts';
import { makeApiSecret, makeId } from '#domain/ids.ts';
import type { EndpointEventType } from '#domain/order-events.ts';
import { webhookAddressKey } from '#domain/web-address.ts';
import { WebhookEndpoint } from '../entities/webhook-endpoint.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Actor } from '../merchants/audit.ts';
import { lockStore } from '../merchants/lock-merchant.ts';
import type { Em } from '../orm.ts';
import { type MasterKeys, sealSecret } from '../secrets.ts';
import { auditEndpoint, changeEndpoint, type EndpointChange } from './change-endpoint.ts';
import { mailNewUrl } from './endpoint-mails.ts';
import { endSecretWait, type SecretWaitEnd } from './endpoint-secrets.ts';

/** Endpoints that a store can have. */
export const MAX_ENDPOINTS = 16;

export interface EndpointValues {
  url: string;
  /** Not empty. */
  eventTypes: readonly EndpointEventType[];
  enabled: boolean;
  /** What its people call it; null: nothing. */
  description: string | null;
}

/** Oldest first. */
export const listEndpoints = (em: Em, storeId: string): Promise<WebhookEndpoint[]> =>
  em.fork().find(WebhookEndpoint, { store: storeId, deletedAt: null }, { orderBy: { createdAt: 'asc', id: 'asc' } });

/** Endpoints that a list of deliveries can be filtered by: those in use, oldest first, then the deleted ones, of those the newest. */
const MAX_LISTED = 64;

export const listEndpointsEver = (em: Em, storeId: string): Promise<WebhookEndpoint[]> =>
  em
    .fork()
    .find(
      WebhookEndpoint,
      { store: storeId },
      { orderBy: [{ deletedAt: 'desc nulls first' }, { createdAt: 'asc' }, { id: 'asc' }], limit: MAX_LISTED },
    );

export const findEndpoint = (em: Em, storeId: string, id: string): Promise<WebhookEndpoint | null> =>
  em.fork().findOne(WebhookEndpoint, { id, store: storeId, deletedAt: null });

/**
 * Throws UserError `url_taken` when another endpoint of the store has this URL, in whatever spelling: each event would come twice. The
 * store's row must be locked: two requests at once cannot both pass the limit or take one URL.
 */
const requireFreeUrl = async (em: Em, store: string, url: string, except: string | null): Promise<void> => {
  const endpoints = await kyselyOf(em)
    .selectFrom('WebhookEndpoint')
    .select(['id', 'url'])
    .where('store', '=', store)
    .where('deletedAt', 'is', null)
    .execute();
  const key = webhookAddressKey(url);
  if (endpoints.some((other) => other.id !== except && webhookAddressKey(other.url) === key)) {
    throw new UserError('url_taken', 'url: another endpoint of this store has this URL');
  }
};

/** @returns the endpoint with its secret, which cannot be read again. Throws UserError `url_taken` or `too_many_endpoints`. */
export const createEndpoint = (
  entityManager: Em,
  masterKeys: MasterKeys,
  storeId: string,
  { description = null, ...values }: Omit<EndpointValues, 'description'> & Partial<EndpointValues>,
  actor: Actor,
): Promise<{ endpoint: WebhookEndpoint; secret: string }> =>
  entityManager.fork().transactional(async (em) => {
    const store = await lockStore(em, storeId);
    await requireFreeUrl(em, storeId, values.url, null);
    if ((await em.count(WebhookEndpoint, { store, deletedAt: null })) >= MAX_ENDPOINTS) {
      throw new UserError('too_many_endpoints', `A store can have ${MAX_ENDPOINTS} endpoints: delete one first.`);
    }
    const id = makeId('whe', randomBytes(16));
    const secret = makeApiSecret(store, randomBytes(32));
    const now = new Date();
    const endpoint = em.create(WebhookEndpoint, {
      id,
      store,
      url: values.url,
      description,
      sealedSecret: sealSecret(masterKeys, { storeId, apiKeyId: id }, secret),
      eventTypes: [...values.eventTypes],
      enabled: values.enabled,
      createdAt: now,
      updatedAt: now,
    });
    await em.flush();
    const data = description === null ? values : { ...values, description };
    await auditEndpoint(em, actor, endpoint, store.merchant.id, { verb: 'create', data });
    await mailNewUrl(em, store, actor, null, values.url);
    return { endpoint, secret };
  });

/** Absent members stay as they are. */
export interface EndpointUpdate extends Partial<EndpointValues> {
  nextSecret?: SecretWaitEnd;
}

/**
 * All of it, or nothing.
 * @returns the endpoint as it is then; null when the store has none with this id. Throws UserError `url_taken`.
 */
export const updateEndpoint = (
  entityManager: Em,
  storeId: string,
  id: string,
  { nextSecret, ...values }: EndpointUpdate,
  actor: Actor,
): Promise<WebhookEndpoint | null> =>
  changeEndpoint(entityManager, storeId, id, actor, async (em, endpoint, store) => {
    const ended = nextSecret ? endSecretWait(endpoint, nextSecret) : [];
    const { url, eventTypes, enabled, description = null } = endpoint;
    if (values.url !== undefined && values.url !== url) await requireFreeUrl(em, storeId, values.url, id);
    const before: EndpointValues = { url, eventTypes, enabled, description };
    const changed = Object.entries(values).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof EndpointValues]),
    );
    const isBack = values.enabled === true && endpoint.goneAt != null;
    if (changed.length === 0 && !isBack) return ended;
    Object.assign(endpoint, Object.fromEntries(changed));
    const isMoved = endpoint.url !== url;
    if (isBack || isMoved) endpoint.goneAt = null;
    if (isMoved) await mailNewUrl(em, store, actor, url, endpoint.url);
    const update: EndpointChange = { verb: 'update', data: Object.fromEntries(changed) };
    return [update, ...ended];
  });

/** What waits for it is not sent any more. @returns whether the store had it */
export const deleteEndpoint = async (
  entityManager: Em,
  storeId: string,
  id: string,
  actor: Actor,
): Promise<boolean> => {
  const endpoint = await changeEndpoint(entityManager, storeId, id, actor, async (_em, found) => {
    found.deletedAt = new Date();
    return [{ verb: 'delete', data: { url: found.url } }];
  });
  return endpoint !== null;
};
