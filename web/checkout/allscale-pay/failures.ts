// Maps an error to the key of its text: errors of server and log-in by their codes, the browser's by their names. Each text says
// whether money moved and what to do.
import { AccountError } from '#web/account/keys/account-client.ts';
import type { AllScaleErrorKey } from './text/en.ts';

const BY_CODE: Readonly<Record<string, AllScaleErrorKey>> = {
  // better-auth's
  INVALID_EMAIL_OR_PASSWORD: 'error_wrong_log_in',
  INVALID_EMAIL: 'error_wrong_log_in',
  INVALID_CODE: 'error_wrong_code',
  INVALID_BACKUP_CODE: 'error_wrong_code',
  INVALID_TWO_FACTOR_COOKIE: 'error_code_expired',
  OTP_HAS_EXPIRED: 'error_code_expired',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'error_too_many',
  ACCOUNT_TEMPORARILY_LOCKED: 'error_too_many',
  PASSKEY_NOT_FOUND: 'error_passkey_unknown',
  AUTHENTICATION_FAILED: 'error_passkey_unknown',
  CHALLENGE_NOT_FOUND: 'error_dismissed',
  // the wallet's, on this device
  wrong_password: 'error_wrong_password',
  cannot_open: 'error_cannot_open',
  no_password: 'error_cannot_open',
  wrong_key: 'error_cannot_open',
  not_reviewed: 'error_not_reviewed',
  unknown_network: 'error_unknown_chain',
  unknown_token: 'error_unknown_token',
  fee_too_high: 'error_fee_too_high',
  // the server's
  logged_out: 'error_logged_out',
  not_payable: 'error_not_payable',
  already_sent: 'error_already_sent',
  not_enough: 'error_not_enough',
  unknown_chain: 'error_unknown_chain',
  unreachable: 'error_unreachable',
  no_wallet: 'error_no_wallet',
  phrase_first: 'error_phrase_first',
  changed: 'error_changed',
  denied: 'error_denied',
  screening_away: 'error_screening_away',
  bad_transaction: 'error_bad_transaction',
  wrong_signer: 'error_wrong_signer',
  not_sent: 'error_not_sent',
};

export const codeOf = (error: unknown): string => (error instanceof AccountError ? error.code : '');

export const failureOf = (error: unknown): AllScaleErrorKey => {
  if (error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')) {
    return 'error_dismissed';
  }
  if (error instanceof AccountError) {
    if (error.status === 429) return 'error_too_many';
    return BY_CODE[error.code] ?? 'error_server';
  }
  return error instanceof TypeError ? 'error_offline' : 'error_server';
};

/**
 * Whether the server may have sent the payment although the request failed: it said so, or its response never arrived. Every other
 * error comes before anything is sent to the network.
 */
export const mayHaveSent = (error: unknown): boolean =>
  !(error instanceof AccountError) || error.status >= 500 || error.code === 'maybe_sent' || error.code === 'unknown';
