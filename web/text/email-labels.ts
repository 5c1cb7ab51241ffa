// The name of each kind of e-mail, as merchants and operators read it.
import type { EmailKind } from '#domain/email-data.ts';

export const EMAIL_LABELS: Readonly<Record<EmailKind, string>> = {
  order_created: 'New order',
  order_paid: 'Paid',
  order_attention: 'Needs attention',
  order_stray: 'Other money found',
  order_refunded: 'Refunded',
  receiver_failing: 'Webhooks failing',
  receiver_disabled: 'Webhooks switched off',
  shopper_receipt: 'Receipt',
  shopper_refund: 'Refund sent',
  invitation: 'Invitation',
  password_reset: 'Password reset',
  email_verification: 'E-mail verification',
  new_key: 'New API key',
  new_device: 'New log-in',
  log_in_attempts: 'Failed log-ins',
  settings_changed: 'Settings changed',
  change_waits: 'Change waits',
  change_canceled: 'Change canceled',
  team_changed: 'Team changed',
  store_activated: 'Store activated',
  store_suspended: 'Store suspended',
  daily_report: 'Daily report',
  monthly_report: 'Monthly report',
  audit_head: 'Audit head',
};
