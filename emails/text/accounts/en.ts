// The English texts of the e-mails about accounts, teams, security, receivers and the system itself.

export const accountsEn = {
  'not_me.account': 'Log out everywhere and delete what was added',
  'not_me.do':
    'Log the person out everywhere, revoke what this message is about if it is a key or an invitation, and cancel what waits',

  'failing.subject': 'Webhooks of {{store}} are failing',
  'failing.preview': 'The receiver did not accept an event after {{attempts}} attempts.',
  'failing.mark': 'Failing',
  'failing.title': 'Your webhook receiver does not accept events',
  'failing.lead':
    'An event could not be delivered in {{attempts}} attempts. We try each event for three days, with growing pauses. Orders are still paid and settled.',
  'failing.note':
    'You get this at most once a day. When the receiver works again, you can redeliver all failed events at once.',
  'failing.subject_endpoint': 'A webhook endpoint of {{store}} is failing',
  'failing.title_endpoint': 'A webhook endpoint does not accept events',
  'failing.note_endpoint':
    'You get this at most once a day for each endpoint. Events that were missed can be read with GET /v1/events.',
  'failing.open': 'See the deliveries',

  'disabled.subject': 'Webhooks of {{store}} are switched off',
  'disabled.preview': 'The receiver returned 410 Gone.',
  'disabled.mark': 'Switched off',
  'disabled.title': 'Webhooks are switched off',
  'disabled.lead':
    'The receiver returned 410 Gone: it wants no more events. Orders are still paid and settled, but your shop gets no updates.',
  'disabled.note':
    'To switch webhooks on, save the webhook URL again. Then you can redeliver the events that were missed.',
  'disabled.subject_endpoint': 'A webhook endpoint of {{store}} is stopped',
  'disabled.title_endpoint': 'A webhook endpoint is stopped',
  'disabled.lead_endpoint':
    'The receiver returned 410 Gone: it wants no more events, so nothing is sent to this endpoint. Webhooks of confirmed payments go to the webhook URL of the store, as before.',
  'disabled.note_endpoint':
    'You can start the endpoint again in the dashboard. Events that were missed can be read with GET /v1/events.',
  'disabled.open': 'Open the settings',

  'network_unusable.subject': '{{store}}: {{networks}} cannot be used now',
  'network_unusable.preview': 'New orders are not offered there, or payments are not counted: {{networks}}.',
  'network_unusable.mark': 'Network',
  'network_unusable.title': 'A network cannot be used',
  'network_unusable.off':
    '{{network}}: this platform does not read it any more, so new orders cannot be paid there. Orders that were created before are not read there either: send nothing there.',
  'network_unusable.no_code':
    '{{network}}: your receiving address is a contract wallet that does not exist there, so new orders are not offered on it. Deploy the wallet there, or save another receiving address.',
  'network_unusable.token':
    '{{network}}: your receiving address is a token’s contract there, which keeps what it is sent. Save another receiving address.',
  'network_unusable.changed_token':
    '{{network}}: the contract of a coin is not what it was. Payments in it are found, and are not counted until the platform’s operator has looked at it.',
  'network_unusable.note':
    'Your other networks work as before. You get this once for each problem. The settings show when a network can be used again.',

  'invitation.subject': '{{merchant}} invites you',
  'invitation.preview': 'Join {{merchant}} on AllScale Checkout.',
  'invitation.title': 'You are invited to {{merchant}}',
  'invitation.lead': '{{inviter}} invites you to work in the dashboard of {{merchant}}.',
  'invitation.owner': 'Owner: everything, including people and the receiving address',
  'invitation.manager': 'Manager: everything except people and the receiving address',
  'invitation.viewer': 'Viewer: sees everything, changes nothing',
  'invitation.open': 'Accept the invitation',

  'reset.subject': 'Set a new password',
  'reset.preview': 'The link works once, until {{time}}.',
  'reset.title': 'Set a new password',
  'reset.lead':
    'Somebody asked for a new password for this address. If it was not you, do not open the link: your password does not change.',
  'reset.wallet':
    'The password of an AllScale Pay account also protects its wallet. If you have a passkey or the recovery phrase, keep it at hand.',
  'reset.open': 'Set a new password',

  'verification.subject': 'Confirm your e-mail address',
  'verification.preview': 'The link works once, until {{time}}.',
  'verification.title': 'Confirm your e-mail address',
  'verification.lead':
    'Press the button to confirm that this address is yours. If you have not created an account, open the link all the same: there you can delete the log-in that somebody else has set.',
  'verification.open': 'Confirm the address',

  'new_key.subject': 'New API key of {{store}}',
  'new_key.preview': 'The key “{{name}}” was created.',
  'new_key.title': 'A new API key was created',
  'new_key.lead':
    'With the secret of this key, anyone can create orders in the name of {{store}}. The key cannot move money.',
  'new_key.todo': 'If nobody in your team created it, revoke it now and check who has access.',
  'new_key.open': 'See the keys',

  'new_device.subject': 'New log-in to your account',
  'new_device.preview': '{{device}}, {{ip}}',
  'new_device.title': 'New log-in from an unknown device',
  'new_device.lead': 'Somebody logged in to your account. If it was you, you can ignore this.',
  'new_device.todo':
    'If it was not you, use the link below: it logs every device out, deletes log-in methods that were added since, cancels changes that wait, and leads to a new password.',
  'new_device.open': 'See devices and sessions',

  'log_in_attempts.subject': 'Failed log-ins to your account',
  'log_in_attempts.title': 'Somebody tries to log in to your account',
  'log_in_attempts.lead_password':
    'A wrong password was entered {{count}} times for your account. Nobody got in this way.',
  'log_in_attempts.lead_code':
    'Somebody entered your password, and then a wrong code {{count}} times. They know your password.',
  'log_in_attempts.lead_none':
    'Somebody, perhaps you, tried to log in to your account while strangers were trying many accounts here. Nothing was checked.',
  'log_in_attempts.slower':
    'Each further attempt from an unknown browser has to wait longer. A passkey, a browser that you have used before, or the link below still lets you in.',
  'log_in_attempts.todo_password':
    'If it was you, you can ignore this. If not: make sure that the password is used nowhere else, and turn on two-factor or add a passkey.',
  'log_in_attempts.todo_code': 'If it was not you: change your password now.',
  'log_in_attempts.todo_none':
    'If it was you, use the link below in the browser that you log in with. If not, you need not do anything.',
  'log_in_attempts.let_in': 'Let my browser log in',
  'log_in_attempts.open': 'See how you log in',

  'audit_head.subject': 'Head {{number}} of the audit log',
  'audit_head.lead':
    'Keep this e-mail. It proves later that no entry of the audit log up to here was changed or removed.',
  'audit_head.todo':
    'To check: save the e-mail as a file, and run “admin audit verify --head FILE” on a server. If a day’s e-mail is missing, find out why.',

  'operator_alert.chain_behind': '{{network}}: payments are not read ({{figure}} behind)',
  'operator_alert.relayer_low': '{{network}}: the relayer’s gas pays {{figure}} more settlements',
  'operator_alert.review_old': 'A review has waited for {{figure}}',
  'operator_alert.dispatch_waiting': 'Work has waited for Temporal for {{figure}}',
  'operator_alert.webhooks_waiting': 'A webhook is overdue by {{figure}}',
  'operator_alert.emails_waiting': '{{figure}} e-mails are late',
  'operator_alert.settlement_failing': '{{network}}: settlements fail or wait, the oldest for {{figure}}',
  'operator_alert.proposal_waiting': 'A proposal has waited for a second operator for {{figure}}',
  'operator_alert.subject_began': 'Alert: {{what}}',
  'operator_alert.subject_reminded': 'Still: {{what}}',
  'operator_alert.subject_ended': 'Over: {{what}}',
  'operator_alert.subject_test': 'Test of the alerts',
  'operator_alert.mark_began': 'Alert',
  'operator_alert.mark_reminded': 'Still so',
  'operator_alert.mark_ended': 'Over',
  'operator_alert.began': 'Began',
  'operator_alert.reminded': 'Since',
  'operator_alert.ended': 'Over',
  'operator_alert.lead':
    'You get one e-mail when an alert begins, one a day while it goes on, and one when it is over.',
  'operator_alert.test_lead': 'Alerts reach this address. Nothing is wrong.',
  'operator_alert.open': 'Open the alerts',

  'settings_changed.subject': 'Settings of {{store}} were changed',
  'settings_changed.preview_receiver': 'The receiving address was changed.',
  'settings_changed.preview_webhook': 'The webhook URL was changed.',
  'settings_changed.preview_endpoint': 'The URL of a webhook endpoint was set.',
  'settings_changed.preview_endpoint_secret': 'The secret of a webhook endpoint was renewed.',
  'settings_changed.mark': 'Security',
  'settings_changed.title': 'An important setting was changed',
  'settings_changed.receiver':
    'The receiving address of {{store}} was changed. New orders are paid to the new address. Existing orders keep the old one.',
  'settings_changed.webhook':
    'The webhook URL of {{store}} was changed. Your shop gets updates about its orders there.',
  'settings_changed.endpoint':
    'The URL of a webhook endpoint of {{store}} was set. Notices about its orders are sent there.',
  'settings_changed.endpoint_secret':
    'The secret of a webhook endpoint of {{store}} was renewed. Your receiver needs the new one: with the old one alone it rejects events.',
  'settings_changed.todo': 'If nobody in your team changed it, change it back now and check who has access.',
  'settings_changed.none': 'none',
  'settings_changed.open': 'See the settings',

  'change.receiver': 'New receiving address',
  'change.owner_invitation': 'New owner (invitation)',
  'change.owner_role': 'New owner (role)',
  'change.webhook_secret': 'New key that signs webhooks',
  'change_waits.subject': '{{store}}: a change waits until {{time}}',
  'change_waits.preview': '{{change}}. Cancel it if you do not agree.',
  'change_waits.mark': 'Waits',
  'change_waits.title': 'A change waits for its time',
  'change_waits.lead':
    'Somebody asked for a change that decides where the money of {{store}} goes. It takes effect at {{time}}, unless an owner cancels it. Until then everything stays as it is.',
  'change_waits.todo':
    'If nobody in your team asked for it, cancel it now and check who has access. To cancel, you need no log-in.',
  'change_waits.second': 'Another owner can confirm it in the dashboard. Then it takes effect at once.',
  'change_waits.open': 'See and cancel the change',
  'change_canceled.subject': '{{store}}: a change was canceled',
  'change_canceled.preview': '{{change}}. Nothing has changed.',
  'change_canceled.mark': 'Canceled',
  'change_canceled.title': 'A change was canceled',
  'change_canceled.lead': 'A change that waited was canceled. Nothing about {{store}} has changed.',
  'change_canceled.open': 'Open the dashboard',
  'team_changed.subject': 'The team of {{store}} changed',
  'team_changed.mark': 'Security',
  'team_changed.title': 'The team was changed',
  'team_changed.invited': '{{person}} was invited to the team of {{store}}.',
  'team_changed.joined': '{{person}} joined the team of {{store}}.',
  'team_changed.role': '{{person}} has another role in the team of {{store}}.',
  'team_changed.removed': '{{person}} no longer belongs to the team of {{store}}.',
  'team_changed.todo': 'If nobody in your team did this, check now who has access.',
  'team_changed.open': 'See the team',

  'membership_changed.subject_role': 'Your role in the team of {{store}} changed',
  'membership_changed.subject_removed': 'You no longer belong to the team of {{store}}',
  'membership_changed.title_role': 'Your role was changed',
  'membership_changed.title_removed': 'You were removed from the team',
  'membership_changed.role': 'You have another role in the team of {{store}}.',
  'membership_changed.removed':
    'You can no longer open the dashboard of {{store}}. Your account stays, and so do your other teams.',
  'membership_changed.todo': 'If you did not expect this, ask an owner of the team.',
  'membership_changed.open': 'See the team',

  'activated.subject': '{{store}} is active',
  'activated.preview': 'You can take payments now.',
  'activated.mark': 'Active',
  'activated.title': 'Your store is active',
  'activated.lead':
    '{{store}} can take payments now. The dashboard shows what is still to set up, for example a receiving address, a key or a first test order.',
  'activated.open': 'Open the dashboard',

  'suspended.subject': '{{store}} is suspended',
  'suspended.preview': 'New orders are rejected.',
  'suspended.mark': 'Suspended',
  'suspended.title': 'Your store is suspended',
  'suspended.lead':
    'New orders of {{store}} are rejected from now on. Payments in progress are still confirmed and settled to you. You can still read the dashboard.',
  'suspended.open': 'Open the dashboard',
} as const;

export type AccountTexts = Readonly<Record<keyof typeof accountsEn, string>>;
