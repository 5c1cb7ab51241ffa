// How long personal data is kept. docs/security/personal-data.md says what is in which table, and why.
import type { Env } from './config.ts';
import { ConfigError } from './errors.ts';

export interface Retention {
  /** Days after its creation that an order keeps what is about its shopper. */
  orderDays: number;
  /** Days that the bytes of delivered webhooks and sent e-mails are kept, and expired invitations. */
  messageDays: number;
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

/** Reads RETENTION_ORDER_DAYS (default 730) and RETENTION_MESSAGE_DAYS (default 90). Throws ConfigError. */
export const readRetention = (env: Env): Retention => ({
  orderDays: days(env, 'RETENTION_ORDER_DAYS', 730),
  messageDays: days(env, 'RETENTION_MESSAGE_DAYS', 90),
});
