// The English texts of the e-mails. `{{name}}` stands for a value. A language without one of these keys does not compile.

export const en = {
  'frame.test': 'Test store: no real money',
  'frame.test_subject': '[Test]',
  'frame.support': 'Questions?',
  'frame.link': 'If the button does not work, open this URL:',
  'reason.orders':
    'You get this because {{store}} sends updates about its orders to this address. Change addresses and notifications in the settings of the store.',
  'reason.owner': 'You get this because you are an owner of {{store}}.',
  'reason.shopper': 'You get this once, because you entered this address on the checkout page of {{store}}.',
  'reason.account':
    'You get this because somebody used this address for an account at {{host}}. If it was not you, ignore it: nothing happens unless the link is opened.',
  'reason.invitation':
    'You get this because {{inviter}} entered this address. If you do not know why, ignore it: nothing happens unless the link is opened.',
  'reason.security':
    'You get this because it is about the security of your account or store. It cannot be switched off.',
  'reason.operator': 'You get this because you are an operator of this system, or because AUDIT_HEAD_EMAILS names you.',
  'reason.reports': 'You get this because {{store}} sends its reports to this address.',

  'fact.order': 'Order',
  'fact.checkout': 'Checkout ID',
  'fact.description': 'Description',
  'fact.price': 'Price',
  'fact.price_in_fiat': '{{price}} ({{fiat}})',
  'fact.fiat_dollars': 'about {{amount}}',
  'fact.coin': 'Coin',
  'fact.coins_accepted': 'Accepted coins',
  'fact.network': 'Network',
  'fact.networks_accepted': 'Accepted networks',
  'fact.token': 'Token contract',
  'fact.transaction': 'Transaction',
  'fact.payer': 'Payer',
  'fact.fee': 'Fee',
  'fact.fee_expected': 'Expected fee',
  'fact.net': 'Net',
  'fact.net_expected': 'Expected net',
  'fact.part': '{{coin}} on {{network}}',
  'fact.surplus': 'Paid above the price',
  'fact.refund_left': 'Refunded',
  'fact.refund_net': 'Arrives',
  'fact.refund_to': 'Refunded to',
  'fact.store': 'Store',
  'fact.time': 'Time',
  'fact.created': 'Created',
  'fact.payable_until': 'Payable until',
  'fact.block_time': 'Block time',
  'fact.confirmed': 'Confirmed',
  'fact.address': 'URL',
  'fact.event': 'Event',
  'fact.attempts': 'Attempts',
  'fact.last_error': 'Last error',
  'fact.role': 'Role',
  'fact.invited_by': 'Invited by',
  'fact.key_name': 'Name',
  'fact.key': 'Key',
  'fact.created_by': 'Created by',
  'fact.command_line': 'a command on the server',
  'fact.device': 'Device',
  'fact.ip_address': 'IP address',
  'fact.reason': 'Reason',
  'fact.receiver_before': 'Old receiving address',
  'fact.receiver_now': 'New receiving address',
  'fact.webhook_before': 'Old webhook URL',
  'fact.webhook_now': 'New webhook URL',
  'fact.endpoint_before': 'Old endpoint URL',
  'fact.endpoint_now': 'New endpoint URL',
  'fact.changed_by': 'Changed by',
  'fact.change': 'Change',
  'fact.person': 'Person',
  'fact.requested_by': 'Requested by',
  'fact.takes_effect': 'Takes effect',
  'fact.canceled_by': 'Canceled by',
  'fact.receiver_wanted': 'New receiving address',
  'fact.system': 'the system',

  'order_created.subject': 'New order {{order}}: {{amount}}',
  'order_created.preview': '{{store}} has a new order. It waits for its payment.',
  'order_created.mark': 'Created',
  'order_created.title': 'New order',
  'order_created.lead': 'An order was created and waits for its payment. No money has moved yet.',
  'order.open': 'Open the order',

  'order_paid.subject': 'Paid: order {{order}}, {{amount}}',
  'order_paid.preview': '{{net}} net on {{network}}, confirmed.',
  'order_paid.mark': 'Paid',
  'order_paid.title': 'Payment confirmed',
  'order_paid.lead':
    'The payment is confirmed on {{network}}. The net amount goes to the receiving address of the store.',
  'order_paid.surplus': 'The payer sent {{surplus}} more than the price. You can refund it on the page of the order.',

  'attention.subject': 'Needs attention: order {{order}}, {{amount}}',
  'attention.preview': '{{what}} No money is lost. Your decision is needed.',
  'attention.preview_reorg': 'The network removed a confirmed payment. Check it before you ship.',
  'attention.mark': 'Needs attention',
  'attention.title': 'A payment needs your decision',
  'attention.late': 'Money arrived after the order had expired.',
  'attention.underpaid': 'The order expired and only a part of the price was paid.',
  'attention.wrong_coin': 'The payment is in a coin that the order does not accept.',
  'attention.wrong_chain': 'The payment is on a network that the order does not accept.',
  'attention.second_payment': 'The order was already paid, and more money arrived.',
  'attention.reorg_after_confirmed':
    'The network removed a block with a confirmed payment. The order does not change until you decide.',
  'attention.screening': 'The payer is on a screening list. The payment does not count.',
  'attention.moved':
    'The money is at the deposit address of the order. It can only go to the receiving address of the store or, with a signature of that address, be refunded to the payer.',
  'attention.moved_reorg':
    'The transfer is not on the network now. A later block may include it again. Do not ship before that.',
  'attention.todo': 'Open the order to accept or refund the money.',
  'attention.todo_reorg': 'Open the order and check the transaction in the block explorer before you decide.',

  'stray.title': 'Other money is at the address of an order',
  'stray.token': 'an unknown token',
  'stray.what_native':
    'The network’s own coin is at the deposit address of the order. It is none of the coins that pay orders.',
  'stray.what_token':
    'A token that we do not know is at the deposit address of the order. Anyone can create tokens: it may be worth nothing.',
  'stray.todo':
    'It stays there until you decide. Open the order to send it to an address that the payer gives you, or to close the case.',

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

  'refunded.subject': 'Refunded: order {{order}}, {{amount}}',
  'refunded.preview': 'The refund is confirmed on the network.',
  'refunded.mark': 'Refunded',
  'refunded.title': 'Refund confirmed',
  'refunded.lead': 'The refund is confirmed on the network. It cannot be taken back.',
  'refund_removed.subject': 'Refund removed: order {{order}}, {{amount}}',
  'refund_removed.preview': 'The network took the refund back. Do not send it again yet.',
  'refund_removed.mark': 'Not confirmed',
  'refund_removed.title': 'The network took a refund back',
  'refund_removed.lead':
    'The refund was confirmed, and then the network replaced the block that had it. It may be mined again by itself. We watch for it: do not send it again yet. If it does not come back, we will tell you, and the page of the order will offer the money again.',
  'refund_lost.subject': 'Send the refund again: order {{order}}, {{amount}}',
  'refund_lost.preview': 'The refund did not come back. The payer does not have the money.',
  'refund_lost.mark': 'To be sent again',
  'refund_lost.title': 'The refund must be sent again',
  'refund_lost.lead':
    'The network took this refund back, and it did not return. The payer was told of a refund and does not have the money. Open the order to refund it again.',
  'shopper_removed.subject': 'Your refund from {{store}} is delayed: {{amount}}',
  'shopper_removed.mark': 'Delayed',
  'shopper_removed.title': 'Your refund is delayed',
  'shopper_removed.lead':
    'The network took back the transaction of your refund, after it had been confirmed. It may return by itself. Otherwise {{store}} must send it again. You will get an e-mail when it is confirmed.',
  'shopper_refund.subject': 'Refund from {{store}}: {{amount}}',
  'shopper_refund.preview': '{{store}} has sent you a refund.',
  'shopper_refund.mark': 'Refund sent',
  'shopper_refund.title': 'Your refund was sent',
  'shopper_refund.lead': '{{store}} has refunded your payment to the address below, and the network has confirmed it.',
  'shopper_refund.open': 'Open the checkout',
  'receipt.subject': 'Receipt from {{store}}: {{amount}}',
  'receipt.preview': 'Your payment to {{store}} is confirmed.',
  'receipt.mark': 'Paid',
  'receipt.title': 'Your payment is confirmed',
  'receipt.lead': '{{store}} has received your payment. Keep this as your receipt.',
  'receipt.surplus': 'You sent {{surplus}} more than the price. Ask {{store}} to refund the difference.',
  'receipt.open': 'Open the receipt',

  'invitation.subject': '{{merchant}} invites you',
  'invitation.preview': 'Join {{merchant}} on AllScale Checkout.',
  'invitation.title': 'You are invited to {{merchant}}',
  'invitation.lead': '{{inviter}} invites you to work in the dashboard of {{merchant}}.',
  'invitation.owner': 'Owner: everything, including people and the receiving address',
  'invitation.manager': 'Manager: everything except people and the receiving address',
  'invitation.viewer': 'Viewer: sees everything, changes nothing',
  'invitation.open': 'Accept the invitation',
  'link.once': 'The link works once, until {{time}}. Do not forward this e-mail.',

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

  'notice.sign_up.title': 'Create your account',
  'notice.sign_up.lead':
    'Somebody, hopefully you, wants to create an AllScale account with {{email}}. The button works once, for an hour. If it was not you, do nothing: no account is created.',
  'notice.sign_up.open': 'Create the account',
  'notice.sign_up_known.title': 'You have an account already',
  'notice.sign_up_known.lead':
    'Somebody, hopefully you, tried to create an AllScale account with {{email}}. There is one: log in with it. If you forgot the password, ask for a new one on the log-in page. If it was not you, you need not do anything.',
  'notice.sign_up_known.open': 'Log in',
  'notice.passkey_reset.title': 'Log in to your account without a passkey',
  'notice.passkey_reset.lead':
    'Somebody, hopefully you, asked for a new password for {{email}}. This account logs in by passkey, so no password is set by e-mail. With one of your recovery codes, the button gets you in. Without a code, ask your merchant’s contact at the platform to start a recovery.',
  'notice.passkey_reset.open': 'Use a recovery code',
  'notice.operator_reset.title': 'No new password by e-mail',
  'notice.operator_reset.lead':
    'Somebody asked for a new password for {{email}}. Accounts of operators are recovered with a command on the server only: admin -- operator recover. If it was not you, you need not do anything.',
  'notice.recovery_started.title': 'The log-in of {{email}} will be replaced',
  'notice.recovery_started.lead':
    'An operator started the recovery of {{email}}. From {{time}} on, a link in that mailbox can replace its passkeys, password and codes. If this is not wanted, stop it now.',
  'notice.recovery_started.open': 'Stop the recovery',
  'notice.recovery_link.title': 'Your new log-in',
  'notice.recovery_link.lead':
    'An operator started the recovery of {{email}}. From {{time}} on, this button lets you choose a new password. All log-in methods from before are deleted then. Until then, the recovery can be stopped from every known e-mail address.',
  'notice.recovery_link.open': 'Choose a new log-in',
  'notice.recovery_stopped.title': 'The recovery of {{email}} was stopped',
  'notice.recovery_stopped.lead': 'Nothing changes: all log-in methods of {{email}} still work.',
  'notice.recovery_done.title': 'The log-in of {{email}} was replaced',
  'notice.recovery_done.lead':
    'The recovery of {{email}} is complete: all log-in methods and sessions from before were deleted. If this was not you, tell the platform’s operator at once.',
  'notice.email_confirm.title': 'Confirm your new e-mail address',
  'notice.email_confirm.lead':
    'Somebody who is logged in to an AllScale account wants to use {{email}} for it. Press the button to confirm, until {{time}}. If it was not you, do nothing.',
  'notice.email_confirm.open': 'Use this address',
  'notice.email_asked.title': 'A new e-mail address for your account',
  'notice.email_asked.lead':
    'Somebody who is logged in to your account asked to change its e-mail address to {{email}}. If it was not you, log in, end all sessions and change how you log in.',
  'notice.email_asked.open': 'Log-in and security',
  'notice.email_changed.title': 'The e-mail address of your account was changed',
  'notice.email_changed.lead':
    'The account now uses {{email}}. If this was not you, undo it until {{time}}: the old address and the old password return, and all sessions end.',
  'notice.email_changed.open': 'Undo the change',
  'notice.password_changed.title': 'Your password was changed',
  'notice.password_changed.lead':
    'Somebody who is logged in to your account changed its password, and typed the old one. All other devices were logged out. If this was not you, ask for a new password now.',
  'notice.password_changed.open': 'Set a new password',
  'notice.email_undone.title': 'The change of your e-mail address was undone',
  'notice.email_undone.lead':
    'The account uses {{email}} again, and all sessions were ended. Log in and check how you log in.',

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
  'new_device.todo': 'If it was not you: end that session now, then change your password.',
  'new_device.open': 'See devices and sessions',

  'log_in_attempts.subject': 'Failed log-ins to your account',
  'log_in_attempts.title': 'Somebody tries to log in to your account',
  'log_in_attempts.lead_password':
    'A wrong password was entered {{count}} times for your account. Nobody got in this way.',
  'log_in_attempts.lead_code':
    'Somebody entered your password, and then a wrong code {{count}} times. They know your password.',
  'log_in_attempts.slower':
    'Each further attempt from an unknown browser has to wait longer. A passkey, or a browser that you have used before, still lets you in.',
  'log_in_attempts.todo_password':
    'If it was you, you can ignore this. If not: make sure that the password is used nowhere else, and turn on two-factor or add a passkey.',
  'log_in_attempts.todo_code': 'If it was not you: change your password now.',
  'log_in_attempts.open': 'See how you log in',

  'audit_head.subject': 'Head {{number}} of the audit log',
  'audit_head.lead':
    'Keep this e-mail. It proves later that no entry of the audit log up to here was changed or removed.',
  'audit_head.todo':
    'To check: save the e-mail as a file, and run “admin audit verify --head FILE” on a server. If a day’s e-mail is missing, find out why.',

  'settings_changed.subject': 'Settings of {{store}} were changed',
  'settings_changed.preview_receiver': 'The receiving address was changed.',
  'settings_changed.preview_webhook': 'The webhook URL was changed.',
  'settings_changed.preview_endpoint': 'The URL of a webhook endpoint was set over the API.',
  'settings_changed.mark': 'Security',
  'settings_changed.title': 'An important setting was changed',
  'settings_changed.receiver':
    'The receiving address of {{store}} was changed. New orders are paid to the new address. Existing orders keep the old one.',
  'settings_changed.webhook':
    'The webhook URL of {{store}} was changed. Your shop gets updates about its orders there.',
  'settings_changed.endpoint':
    'An API key of {{store}} set the URL of a webhook endpoint. Notices about its orders are sent there.',
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

  'report.subject': '{{title}}, {{period}}: {{gross}} · {{store}}',
  'report.preview': '{{paid}} of {{orders}} orders paid, {{net}} net.',
  'report.daily_title': 'Daily report',
  'report.monthly_title': 'Monthly report',
  'report.up': '{{change}} more than the period before ({{before}})',
  'report.down': '{{change}} less than the period before ({{before}})',
  'report.same': 'as much as the period before',
  'report.first': 'There is no period before to compare with.',
  'report.from_nothing': 'nothing in the period before',
  'report.gross': 'Gross',
  'report.fee': 'Fee',
  'report.net': 'Net',
  'report.refunds': 'Refunded',
  'report.orders': 'Orders',
  'report.paid_orders': 'Paid',
  'report.by_status': 'By status',
  'report.by_coin': 'By coin and network',
  'report.status': 'Status',
  'report.coin_network': 'Coin, network',
  'report.attached': 'The attached CSV has a row for each paid order and for each refund.',
  'report.linked': 'The file is too large to attach. You can download the CSV above for thirty days.',
  'report.zone': '{{from}} to {{to}} ({{zone}})',
  'report.shifted':
    'The time zone of the store was changed: this report covers {{hours}} hours, so that no hour is missing or counted twice.',
  'report.open': 'Open the report',
  'report.unsubscribe': 'Unsubscribe from these reports',

  'status.CREATED': 'Created',
  'status.PAYING': 'Opened',
  'status.TEMP_WALLET_RECEIVED': 'Waiting for payment',
  'status.ON_CHAIN': 'Confirming',
  'status.CONFIRMED': 'Paid',
  'status.PENDING_MANUAL_OPERATION': 'Needs attention',
  'status.SEND_BACK': 'Being refunded',
  'status.TIMEOUT': 'Expired',
  'status.CANCELED': 'Canceled',
  'status.UNDERPAID': 'Underpaid',
  'status.REJECTED': 'Rejected',
  'status.FAILED': 'Failed',
} as const;

export type EmailTextKey = keyof typeof en;
export type EmailCatalogue = Readonly<Record<EmailTextKey, string>>;
