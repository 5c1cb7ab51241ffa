// The English texts of the payment by browser wallet, loaded with its panel. The other languages have the same keys.
export const en = {
  looking: 'Looking for wallets in this browser…',
  list_label: 'Wallets',
  none: 'No wallet was found in this browser. Install one, open this page in the browser of your wallet app, or pay by QR code.',
  browser_wallet: 'Browser wallet',
  open_in: 'Open in {{wallet}}',
  walletconnect: 'WalletConnect',
  walletconnect_hint: 'Scan with the app of your wallet.',
  walletconnect_qr: 'WalletConnect QR code',
  walletconnect_copy: 'Copy link',
  walletconnect_cancel: 'Back to the wallets',
  connecting: 'Connect in {{wallet}}: it asks whether this page may see your account. Nothing is sent by that.',
  checking: 'Reading balance and network fee…',
  account: 'Account',
  other_wallet: 'Use another wallet',
  review_title: 'Your wallet must show the same.',
  review_lead:
    'Compare before you approve. If your wallet shows anything else, reject the request there. Then nothing is sent.',
  amount: 'Amount',
  network: 'Network',
  token: 'Token contract',
  recipient: 'Token recipient',
  fee: 'Network fee',
  fee_about: 'about {{fee}} {{symbol}}',
  fee_unknown: 'Your wallet shows it.',
  unchecked: '{{network}} did not respond in time, so your balance was not checked here. Your wallet checks it too.',
  pay: 'Pay {{amount}} {{coin}}',
  switch: 'Switch to {{network}}',
  switch_lead: 'Your wallet is on another network. The payment must go over {{network}}.',
  switching: 'Your wallet asks to switch to {{network}}.',
  verifying: 'Checking account and network once more…',
  sending: 'Approve the payment in {{wallet}}. If no window opens, open the wallet and look for the request.',
  sent_title: 'Sent. Waiting for the network to show it.',
  sent_lead: 'Do not pay again. This page updates automatically; you can close it.',
  sent_again: 'The transaction failed: pay again',
  sent_again_hint: 'Only if your wallet says that it failed or was dropped.',
  transaction: 'Transaction',
  check_again: 'Check again',
  uncertain_title: 'We do not know whether your wallet sent the payment.',
  uncertain_lead:
    'Check the activity in your wallet first. If the payment is there, wait: this page shows it automatically. If it is not, nothing was sent, and you can try again.',
  uncertain_again: 'It is not there: try again',
  notice_dismissed: 'You dismissed the request. Nothing was sent.',
  notice_pending:
    'Your wallet already has a request open. Open the wallet and respond there. Nothing was sent by this request.',
  notice_unauthorized:
    'Your wallet does not allow this page to use the account. Allow it there, then try again. Nothing was sent.',
  notice_unsupported: 'This wallet cannot do that. Use another one, or pay by QR code. Nothing was sent.',
  notice_disconnected: 'Your wallet is no longer connected. Nothing was sent. Choose it again.',
  notice_invalid: 'Your wallet rejected the transaction. Nothing was sent. Try again, or use another wallet.',
  notice_no_account: 'The wallet gave no account. Unlock it, choose an account, and try again. Nothing was sent.',
  notice_connect_failed: 'The wallet could not be reached. Nothing was sent. Try again, or use another one.',
  notice_switch_dismissed: 'You dismissed the switch of networks. Nothing was sent.',
  notice_switch_failed:
    'Your wallet did not switch. Choose the network in the wallet yourself, or use another wallet. Nothing was sent.',
  notice_server_away: 'Our server did not respond. Nothing was sent. Check your connection and try again.',
  notice_account_changed:
    'The account in your wallet changed. Nothing was sent. This is the payment for the account that is chosen now.',
  notice_chain_changed: 'The network in your wallet changed. Nothing was sent.',
  notice_order_changed: 'The amount due has changed. Nothing was sent. Check the new amount.',
  blocked_balanceTooSmall:
    'This account has {{balance}} {{coin}} on {{network}}; the payment needs {{needed}}. Nothing was sent. Add {{coin}}, or choose another account, coin or network.',
  blocked_gasTooSmall:
    'This account has {{balance}} {{symbol}} on {{network}}, and the network fee needs about {{needed}}. Nothing was sent. Add {{symbol}}, or choose another network.',
  blocked_chainNotAccepted:
    'This coin and network are not accepted here any more. Nothing was sent. Choose another network above.',
  blocked_notPayable: 'This checkout is no longer waiting for a payment. Nothing was sent by your wallet.',
  blocked_payerRefused: 'Payments from this account cannot be accepted. Nothing was sent. Do not send anything.',
  blocked_screeningAway:
    'The account could not be checked at the moment. Nothing was sent. Please try again in a minute.',
  blocked_tooOften:
    'The account was checked too often in a short time. Nothing was sent. Please wait {{seconds}} seconds, then try again.',
} as const;

export type WalletTextKey = keyof typeof en;
export type WalletCatalogue = Readonly<Record<WalletTextKey, string>>;
