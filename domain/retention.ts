// How long personal data and finished logs are kept. docs/security/personal-data.md says what is in which table, and why;
// docs/operations/growth.md which tables grow, and which are never shortened.
import type { Env } from './config.ts';
import { ConfigError } from './errors.ts';

export interface Retention {
  /** Days after its creation that an order keeps what is about its shopper. */
  orderDays: number;
  /** Days that the bytes of delivered webhooks and sent e-mails are kept, and expired invitations. */
  messageDays: number;
  /** Days that the rows of finished webhooks, their attempts and finished e-mails are kept; not fewer than `messageDays`. */
  deliveryDays: number;
  /** Days that shoppers' claims are kept once they are decided, and blocks that were read again for them. */
  claimDays: number;
}

const MIN_DAYS = 30;
const MAX_DAYS = 3_650;

const days = (env: Env, name: string, byDefault: number): number => {
  const text = env[name];
  if (text === undefined || text === '') return byDefault;
  const value = Number(text);
  if (/^\d{1,4}$/.test(text) && value >= MIN_DAYS && value <= MAX_DAYS) return value;
  throw new ConfigError(`${name}: must be a whole number of days from ${MIN_DAYS} to ${MAX_DAYS}`);
};

/**
 * Reads RETENTION_ORDER_DAYS (default 730), RETENTION_MESSAGE_DAYS (90), RETENTION_DELIVERY_DAYS (400, or RETENTION_MESSAGE_DAYS when that
 * is longer) and RETENTION_CLAIM_DAYS (90). Throws ConfigError.
 */
export const readRetention = (env: Env): Retention => {
  const messageDays = days(env, 'RETENTION_MESSAGE_DAYS', 90);
  const deliveryDays = days(env, 'RETENTION_DELIVERY_DAYS', Math.max(400, messageDays));
  if (deliveryDays < messageDays) {
    throw new ConfigError('RETENTION_DELIVERY_DAYS: must not be below RETENTION_MESSAGE_DAYS');
  }
  return {
    orderDays: days(env, 'RETENTION_ORDER_DAYS', 730),
    messageDays,
    deliveryDays,
    claimDays: days(env, 'RETENTION_CLAIM_DAYS', 90),
  };
};
