// The message for an error on an account page: by its code, or by its name for the browser's errors. Unknown codes get a general
// message; a library's own text is never shown.
import { AccountError } from '../keys/account-client.ts';
import type { AccountErrorKey } from '../text/en.ts';

const BY_CODE: Readonly<Record<string, AccountErrorKey>> = {
  // better-auth's, and those of our hooks in it (web/auth/passkey-hooks.ts, factor-rules.ts)
  INVALID_EMAIL: 'error_bad_email',
  INVALID_EMAIL_OR_PASSWORD: 'error_wrong_log_in',
  USER_ALREADY_EXISTS: 'error_taken',
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'error_taken',
  INVALID_PASSWORD: 'error_wrong_password',
  INVALID_TOKEN: 'error_dead_link',
  TOKEN_EXPIRED: 'error_dead_link',
  INVALID_CODE: 'error_wrong_code',
  INVALID_BACKUP_CODE: 'error_wrong_code',
  INVALID_RECOVERY_CODE: 'error_wrong_recovery_code',
  INVALID_TWO_FACTOR_COOKIE: 'error_code_expired',
  OTP_HAS_EXPIRED: 'error_code_expired',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'error_too_many',
  ACCOUNT_TEMPORARILY_LOCKED: 'error_too_many',
  PASSKEY_NOT_FOUND: 'error_passkey_unknown',
  AUTHENTICATION_FAILED: 'error_passkey_unknown',
  CHALLENGE_NOT_FOUND: 'error_dismissed',
  PREVIOUSLY_REGISTERED: 'error_passkey_there',
  USER_NOT_VERIFIED: 'error_passkey_unverified',
  SESSION_NOT_FRESH: 'error_stale',
  SECOND_FACTOR: 'error_second_factor',
  SESSION_REQUIRED: 'error_logged_out',
  SESSION_EXPIRED: 'error_logged_out',
  UNAUTHORIZED: 'error_logged_out',
  // the wallet's, on this device
  short_password: 'error_short_password',
  common_password: 'error_common_password',
  wrong_password: 'error_wrong_password',
  no_prf: 'error_no_prf',
  cannot_open: 'error_cannot_open',
  no_password: 'error_cannot_open',
  wrong_key: 'error_wrong_key',
  not_reviewed: 'error_not_reviewed',
  unknown_network: 'error_unknown_chain',
  unknown_token: 'error_unknown_token',
  fee_too_high: 'error_fee_too_high',
  bad_phrase: 'error_bad_phrase',
  no_phrase: 'error_no_phrase',
  // the server's
  logged_out: 'error_logged_out',
  dead_link: 'error_dead_link',
  too_early: 'error_too_early',
  bad_email: 'error_bad_email',
  taken: 'error_taken',
  second_factor: 'error_second_factor',
  too_many: 'error_too_many',
  other_account: 'error_other_account',
  stale: 'error_stale',
  wallet_exists: 'error_wallet_exists',
  not_proven: 'error_not_proven',
  no_wallet: 'error_no_wallet',
  last_key: 'error_last_key',
  last_log_in: 'error_last_log_in',
  no_token: 'error_no_token',
  unknown_chain: 'error_unknown_chain',
  bad_address: 'error_bad_address',
  no_checksum: 'error_no_checksum',
  bad_checksum: 'error_bad_checksum',
  lost_burn: 'error_lost_burn',
  lost_system: 'error_lost_system',
  lost_ours: 'error_lost_ours',
  lost_deposit: 'error_lost_deposit',
  lost_token: 'error_lost_token',
  lost_known_key: 'error_lost_known_key',
  lost_no_code: 'error_lost_no_code',
  own_address: 'error_own_address',
  bad_amount: 'error_bad_amount',
  unclear_amount: 'error_unclear_amount',
  not_enough: 'error_not_enough',
  unreachable: 'error_unreachable',
  bad_transaction: 'error_bad_transaction',
  wrong_signer: 'error_wrong_signer',
  not_sent: 'error_not_sent',
  maybe_sent: 'error_maybe_sent',
  still_member: 'error_still_member',
  still_operator: 'error_still_operator',
};

export const problemOfCode = (code: string): AccountErrorKey => BY_CODE[code] ?? 'error_server';

export const problemOf = (error: unknown): AccountErrorKey => {
  if (error instanceof DOMException) {
    if (error.name === 'NotAllowedError' || error.name === 'AbortError') return 'error_dismissed';
    if (error.name === 'InvalidStateError') return 'error_passkey_there';
  }
  if (error instanceof AccountError && error.status === 429) return 'error_too_many';
  if (error instanceof TypeError) return 'error_offline';
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? problemOfCode(code) : 'error_server';
};
