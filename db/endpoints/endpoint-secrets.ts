// The secret of an endpoint, and its renewal. A webhook has room for one signature, so one secret signs at a time: a renewed one waits
// until its time, and the receiver takes both meanwhile (decision 0115).
import { randomBytes } from 'node:crypto';
import { makeApiSecret } from '#domain/ids.ts';
import { WebhookEndpoint } from '../entities/webhook-endpoint.entity.ts';
import type { Actor } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { type MasterKeys, sealSecret } from '../secrets.ts';
import { changeEndpoint, type EndpointChange } from './change-endpoint.ts';
import { mailNewSecret } from './endpoint-mails.ts';

/** The longest time that a renewed secret can wait. Deliveries that a receiver rejects meanwhile are retried as long. */
export const MAX_SECRET_WAIT_SECONDS = 3 * 24 * 3_600;

type SecretsOf = Pick<WebhookEndpoint, 'nextSealedSecret' | 'nextSecretAt'>;

/** When a renewed secret begins to sign; null when none waits. One whose time has come signs, although its row may not say so yet. */
export const waitingSecretAt = ({ nextSecretAt }: Pick<SecretsOf, 'nextSecretAt'>, now: Date): Date | null =>
  nextSecretAt != null && nextSecretAt > now ? nextSecretAt : null;

/** A renewed secret whose time has come, and which is not the stored one yet. */
const ripeSecret = ({ nextSealedSecret, nextSecretAt }: SecretsOf, now: Date): string | null =>
  nextSealedSecret != null && nextSecretAt != null && nextSecretAt <= now ? nextSealedSecret : null;

/**
 * The sealed secret that signs at this time. One whose time has come takes the old one's place, which is forgotten with that.
 * Workers of an older release read `sealedSecret` only, and sign with it until then.
 */
export const signingSecretOf = async (em: Em, endpoint: WebhookEndpoint, now: Date): Promise<string> => {
  const { id, sealedSecret } = endpoint;
  const nextSealedSecret = ripeSecret(endpoint, now);
  if (nextSealedSecret === null) return sealedSecret;
  await em.nativeUpdate(
    WebhookEndpoint,
    { id, nextSealedSecret },
    { sealedSecret: nextSealedSecret, nextSealedSecret: null, nextSecretAt: null },
  );
  return nextSealedSecret;
};

/** Writes the one that signs now into `sealedSecret`, before another change. */
const settle = (endpoint: WebhookEndpoint, now: Date): void => {
  const sealedSecret = ripeSecret(endpoint, now);
  if (sealedSecret !== null) Object.assign(endpoint, { sealedSecret, nextSealedSecret: null, nextSecretAt: null });
};

export interface Renewed {
  endpoint: WebhookEndpoint;
  /** Cannot be read again. */
  secret: string;
}

/**
 * Makes a new secret, which signs after `waitSeconds`; 0: at once. One that waited is forgotten. Owners hear of it.
 * @returns null when the store has no such endpoint
 */
export const renewSecret = async (
  entityManager: Em,
  masterKeys: MasterKeys,
  storeId: string,
  id: string,
  waitSeconds: number,
  actor: Actor,
): Promise<Renewed | null> => {
  let secret = '';
  const endpoint = await changeEndpoint(entityManager, storeId, id, actor, async (em, found, store) => {
    const now = new Date();
    settle(found, now);
    const replaced = found.nextSecretAt?.toISOString();
    secret = makeApiSecret(store, randomBytes(32));
    const sealed = sealSecret(masterKeys, { storeId, apiKeyId: id }, secret);
    const waits = waitSeconds > 0;
    if (!waits) found.sealedSecret = sealed;
    found.nextSealedSecret = waits ? sealed : null;
    found.nextSecretAt = waits ? new Date(now.getTime() + waitSeconds * 1_000) : null;
    await mailNewSecret(em, store, actor, found.url);
    const signsFrom = (found.nextSecretAt ?? now).toISOString();
    return [{ verb: 'secret', data: { signsFrom, ...(replaced && { replacedOneFrom: replaced }) } }];
  });
  return endpoint && { endpoint, secret };
};

/** How the wait of a renewed secret ends: it signs from now on, or is forgotten. */
export type SecretWaitEnd = 'use' | 'discard';

/** Ends the wait. Without a secret that waits, nothing changes. */
export const endSecretWait = (endpoint: WebhookEndpoint, end: SecretWaitEnd): EndpointChange[] => {
  settle(endpoint, new Date());
  if (endpoint.nextSealedSecret == null) return [];
  if (end === 'use') endpoint.sealedSecret = endpoint.nextSealedSecret;
  endpoint.nextSealedSecret = null;
  endpoint.nextSecretAt = null;
  return [{ verb: end === 'use' ? 'secret_used' : 'secret_discarded', data: {} }];
};
