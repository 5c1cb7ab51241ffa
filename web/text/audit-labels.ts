// Entries of the audit log as merchants and operators read them.
import type { AuditAction } from '#domain/audit-actions.ts';
import { dataName, dataText } from '#web/ui/data-text.ts';

const LABELS: Readonly<Record<AuditAction, string>> = {
  'account.create': 'Account created',
  'account.prove': 'Proved the e-mail address',
  'account.start_clean': 'Removed what was there before the address was proved',
  'account.not_me': 'Said that the account was not opened by the owner of the address',
  'account.delete': 'Deleted the account',
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
  'account.password_change': 'Changed the password',
  'account.password_reset': 'Set a new password',
  'account.password_reset_request': 'Asked for a link to set a password',
  'account.email_ask': 'Asked to change the e-mail address',
  'account.email_change': 'Changed the e-mail address',
  'account.email_undo': 'Took a change of the e-mail address back',
  'account.recovery_start': 'Started the recovery of an account',
  'account.recovery_stop': 'Stopped the recovery of an account',
  'account.recovery_done': 'Recovered the account',
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
  'invoice.numbering': 'Changed the numbers of invoices',
  'order.note': 'Wrote a note on an order',
  'merchant.invite': 'Invited a merchant',
  'master_key.rotate': 'Sealed secrets with a new master key',
  'operator.create': 'Made an operator',
  'operator.remove': 'Took the rights of an operator',
  'operator.recover': 'Opened an operator’s account again',
  'person.export': 'Exported what is known of a person',
  'person.erase': 'Erased a person',
  'proposal.make': 'Proposed what a second operator confirms',
  'proposal.confirm': 'Confirmed a proposal',
  'proposal.cancel': 'Withdrew a proposal',
  'review.accepted': 'Accepted money in review',
  'review.sent_back': 'Recorded money in review as refunded',
  'review.closed': 'Closed a review without doing anything',
  'send_back.order': 'Ordered a refund',
  'send_back.withdraw': 'Withdrew a refund before it was sent',
  'send_back.confirm': 'The chain confirmed a refund',
  'send_back.removed': 'The chain removed a refund',
  'send_back.found': 'A withdrawn refund was sent after all',
  'send_back.paid_twice': 'A withdrawn refund was sent after the money was refunded otherwise',
  'stray.released': 'Recorded other money as released',
  'stray.closed': 'Left other money where it is',
  'webhook.test': 'Sent a test webhook',
  'webhook.redeliver': 'Delivered a webhook again',
  'webhook.redeliver_failed': 'Delivered failed webhooks again',
  'webhook.enable': 'Switched webhooks on again',
};

/** As people read it. An entry of a later release is shown by its stored name. */
export const actionLabel = (action: string): string => LABELS[action as AuditAction] ?? action;

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
