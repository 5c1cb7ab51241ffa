// Actions of the audit log as texts. One that is missing here is shown by its stored name.
import { dataName, dataText } from '#web/ui/data-text.ts';

export const ACTION_LABELS: Readonly<Record<string, string>> = {
  'account.create': 'Account created',
  'account.log_in': 'Logged in',
  'account.log_in_failed': 'Log-in failed',
  'account.log_in_slowed': 'Log-ins slowed after many failures',
  'account.log_out': 'Logged out',
  'account.end_session': 'Ended one session',
  'account.end_all_sessions': 'Logged out everywhere',
  'account.totp_on': 'Turned the authenticator app on',
  'account.totp_off': 'Turned the authenticator app off',
  'account.backup_codes': 'Made new backup codes',
  'account.recovery_codes': 'Made new recovery codes',
  'account.passkey_add': 'Added a passkey',
  'account.passkey_remove': 'Removed a passkey',
  'account.password_reset': 'Set a new password',
  'account.password_reset_request': 'Asked for a link to set a password',
  'account.email_ask': 'Asked to change the e-mail address',
  'account.email_change': 'Changed the e-mail address',
  'account.email_undo': 'Took a change of the e-mail address back',
  'change.request': 'Asked for a change that waits',
  'change.confirm': 'Confirmed a waiting change',
  'change.apply': 'A waiting change took effect',
  'change.cancel': 'A waiting change was canceled',
  'invitation.create': 'Invited a person',
  'invitation.revoke': 'Revoked an invitation',
  'invitation.accept': 'Accepted an invitation',
  'member.change_role': 'Changed a role',
  'member.remove': 'Removed a person',
  'key.create': 'Created an API key',
  'key.roll': 'Rolled an API key',
  'key.update': 'Changed an API key',
  'key.revoke': 'Revoked an API key',
  'store.create': 'Created a store',
  'store.update': 'Changed settings',
  'endpoint.create': 'Added a webhook endpoint',
  'endpoint.update': 'Changed a webhook endpoint',
  'endpoint.secret': 'Renewed the secret of a webhook endpoint',
  'endpoint.secret_used': 'Put a renewed secret of a webhook endpoint to use',
  'endpoint.secret_discarded': 'Discarded a renewed secret of a webhook endpoint',
  'endpoint.test': 'Sent a test event to a webhook endpoint',
  'endpoint.redeliver': 'Delivered an event to a webhook endpoint again',
  'endpoint.delete': 'Deleted a webhook endpoint',
  'endpoint.gone': 'A webhook endpoint responded with 410 and was stopped',
  'link.create': 'Created a payment link',
  'link.update': 'Changed a payment link',
  'link.status': 'Paused, resumed or archived a payment link',
  'invoice.create': 'Drafted an invoice',
  'invoice.update': 'Changed a draft of an invoice',
  'invoice.delete': 'Deleted a draft of an invoice',
  'invoice.issue': 'Sent an invoice',
  'invoice.send': 'Sent an invoice again',
  'invoice.void': 'Voided an invoice',
  'order.create': 'Created an order by hand',
  'store.set_fee': 'Changed the fee',
  'store.suspend': 'Suspended a store',
  'store.reactivate': 'Reactivated a store',
  'merchant.apply': 'Applied',
  'merchant.activate': 'Activated the merchant',
  'merchant.suspend': 'Suspended the merchant',
  'merchant.reactivate': 'Reactivated the merchant',
};

const METHODS: Readonly<Record<string, string>> = {
  password: 'password',
  passkey: 'passkey',
  totp: 'code of the authenticator app',
  otp: 'mailed code',
  backup_code: 'backup code',
  recovery_code: 'recovery code',
};

const NAMES: Readonly<Record<string, string>> = {
  failures: 'failures so far that day',
  failures_before: 'failures before it',
};

const isChange = (value: unknown): value is { from: unknown; to: unknown } =>
  typeof value === 'object' && value !== null && 'from' in value && 'to' in value;

/** Name and value of an entry's data, as people read them. */
export const dataLine = (name: string, value: unknown): string => {
  if (name === 'method') return `by ${METHODS[String(value)] ?? value}`;
  if (isChange(value)) return `${dataName(name)}: ${dataText(value.from, name)} → ${dataText(value.to, name)}`;
  return `${NAMES[name] ?? dataName(name)}: ${dataText(value, name)}`;
};
