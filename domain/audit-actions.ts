// Everything that the audit log can say was done, as noun and verb. Entries are kept for ever: names are added, never changed.

const VERBS = {
  account: [
    ...['create', 'prove', 'start_clean', 'not_me', 'delete', 'log_in', 'log_in_failed', 'log_in_slowed', 'log_out'],
    ...['end_session', 'end_all_sessions', 'totp_on', 'totp_off', 'backup_codes', 'recovery_codes', 'passkey_add'],
    ...['passkey_remove', 'password_change', 'password_reset', 'password_reset_request', 'email_ask', 'email_change'],
    ...['email_undo', 'recovery_start', 'recovery_stop', 'recovery_done'],
  ],
  change: ['request', 'confirm', 'apply', 'cancel'],
  endpoint: [
    ...['create', 'update', 'delete', 'gone', 'secret', 'secret_used', 'secret_discarded', 'test', 'redeliver'],
  ],
  invitation: ['create', 'revoke', 'accept'],
  invoice: ['create', 'update', 'delete', 'issue', 'send', 'void', 'numbering'],
  key: ['create', 'roll', 'update', 'revoke'],
  link: ['create', 'update', 'status'],
  master_key: ['rotate'],
  member: ['change_role', 'remove'],
  merchant: ['apply', 'invite', 'activate', 'suspend', 'reactivate'],
  operator: ['create', 'remove', 'recover'],
  order: ['create', 'note'],
  person: ['export', 'erase'],
  proposal: ['make', 'confirm', 'cancel'],
  review: ['accepted', 'sent_back', 'closed'],
  send_back: ['order', 'withdraw', 'confirm', 'removed', 'found', 'paid_twice'],
  store: ['create', 'update', 'set_fee', 'suspend', 'reactivate'],
  stray: ['released', 'closed'],
  webhook: ['test', 'redeliver', 'redeliver_failed', 'enable'],
} as const;

type Nouns = typeof VERBS;

/** Of one noun: `AuditAction<'invoice'>`. */
export type AuditAction<Noun extends keyof Nouns = keyof Nouns> = {
  [Each in Noun]: `${Each}.${Nouns[Each][number]}`;
}[Noun];
export type AuditVerb<Noun extends keyof Nouns> = Nouns[Noun][number];
