// Every English sentence of the checkout. One flat catalogue, `{{name}}` where a value goes (i18next's spelling), so that
// other languages are other files with the same keys.

export const en = {
  'app.name': 'AllScale Checkout',

  'summary.label': 'Order',
  'summary.total': 'Total',
  'summary.order_id': 'Order',
  'summary.price': 'Price',
  'summary.rate': 'Rate',
  'summary.rate_value': '1 {{currency}} = {{rate}} {{coin}}',
  'summary.logo_alt': 'Logo of {{store}}',
  'summary.powered': 'Checkout by AllScale. The money goes straight to the store; nobody holds it in between.',

  'pay.title': 'Send {{amount}} {{coin}}',
  'pay.title_rest': 'Send the remaining {{amount}} {{coin}}',
  'pay.page_title': 'Pay {{store}}',
  'pay.lead': 'From any wallet or exchange, to the address below.',
  'pay.coin': 'Coin',
  'pay.network': 'Network',
  'pay.show': 'Show address',
  'pay.qr_label': 'QR code of the payment address',
  'pay.qr_label_amount': 'QR code of a payment request with the amount',
  'pay.qr_toggle': 'Put the amount into the QR code',
  'pay.qr_toggle_hint': 'Not every wallet reads it. Exchanges need the plain address.',
  'pay.network_words': '{{coin}} on {{network}}',
  'pay.network_warning': 'Send only {{coin}}, and only on {{network}}.',
  'pay.address': 'Address',
  'pay.amount': 'Amount',
  'pay.copy': 'Copy',
  'pay.copy_address': 'Copy address',
  'pay.copy_amount': 'Copy amount',
  'pay.copied': 'Copied',
  'pay.copy_failed': 'Copying is blocked here: select the text instead.',
  'pay.exact': 'The address must receive {{amount}} {{coin}}; exchanges may deduct a fee, so add it on top.',
  'pay.wallet_link': 'Open in a wallet app',
  'pay.development_wallet': 'Pay with the development wallet',
  'pay.development_hint': 'Local chains only: sends a real transfer of test tokens.',
  'pay.development_sent': 'The development wallet sent the payment. It shows here with the next block.',
  'pay.development_failed': 'The development wallet could not pay: {{reason}}.',

  'trouble.behind': '{{network}} is slow to show payments just now. Choose another network if you can.',
  'trouble.stopped': '{{network}} cannot be followed just now. Please choose another network.',
  'trouble.only': 'A payment on {{network}} would be seen late. You may want to wait a few minutes.',
  'trouble.mark': 'delayed',

  'time.minutes': 'About {{minutes}} minutes left',
  'time.clock': '{{clock}} left',
  'time.five': 'Five minutes left to pay.',
  'time.one': 'One minute left to pay.',
  'time.over': 'The time to pay is over.',

  'short.received': 'Received',
  'short.due': 'Still due',
  'short.lead': 'A part of the payment arrived. Send the rest from any wallet, to the same address.',

  'steps.label': 'Progress of the payment',
  'steps.waiting': 'Waiting',
  'steps.sent': 'Sent',
  'steps.confirming': 'Confirming',
  'steps.confirming_count': 'Confirming {{seen}}/{{needed}}',
  'steps.done': 'Fund Sent',
  'steps.done_word': 'done',
  'steps.current_word': 'now',

  'status.waiting': 'Waiting for your payment.',
  'status.short': '{{received}} {{coin}} received, {{due}} {{coin}} still due.',
  'status.confirming': 'Your payment was seen on the network and is being confirmed.',
  'status.confirming_count': 'Your payment was seen: {{seen}} of {{needed}} confirmations.',
  'status.paid': 'Fund Sent. The payment is confirmed.',
  'status.live': 'This page updates by itself; closing it does no harm.',
  'status.polling': 'Live updates are interrupted; the page checks every few seconds instead.',

  'confirming.title': 'Payment seen, confirming',
  'confirming.lead':
    'Nothing more to do. The network is confirming {{amount}} {{coin}}; this takes from seconds to a few minutes.',
  'confirming.finality': 'Waiting until {{network}} makes the block final.',

  'paid.title': 'Fund Sent',
  'paid.lead': 'The payment is confirmed on-chain. You can go back to {{store}} now.',
  'paid.surplus': 'You sent {{surplus}} {{coin}} more than the price. Ask {{store}} for the difference.',
  'paid.return': 'Return to {{store}}',
  'paid.receipt': 'Receipt',
  'paid.transaction': 'Transaction',
  'paid.part': 'Transaction {{n}} of {{total}}',

  'facts.amount': 'Amount',
  'facts.coin': 'Coin',
  'facts.network': 'Network',
  'facts.tx': 'Transaction',
  'facts.from': 'From',
  'facts.to': 'To',
  'facts.block_time': 'Block time',
  'facts.order': 'Order',
  'facts.checkout': 'Checkout',
  'facts.store': 'Store',
  'facts.copy_tx': 'Copy transaction hash',
  'facts.explorer': 'View on explorer',
  'facts.confirmed_at': 'Confirmed',

  'closing.title': 'Time is up',
  'closing.lead':
    'Do not send now. If you sent the payment in time, it is still counted: the networks are being read to the last second.',
  'expired.title': 'This checkout has expired',
  'expired.lead': 'Do not send now. No payment arrived in time, and nothing was charged.',
  'expired.sent':
    'If you sent something anyway, it is not lost: the address is still watched, and {{store}} decides what happens with it.',
  'canceled.title': 'This checkout was canceled',
  'canceled.lead': 'Do not send now. Nothing was charged.',
  'underpaid.title': 'Expired with a part of the payment',
  'underpaid.lead':
    'Do not send more. {{received}} {{coin}} of {{amount}} {{coin}} arrived before the time was up. It is recorded, and {{store}} can send it back.',
  'review.title': 'A person is looking at this payment',
  'review.lead':
    'Do not send more. The money that arrived does not fit the order as it is (late, another coin, or another network). It is safe: {{store}} decides whether to accept it or send it back.',
  'sendBack.title': 'Your money is being sent back',
  'sendBack.lead': 'Do not send more. The refund goes to the address that {{store}} agreed with you.',
  'rejected.title': 'This payment was not accepted',
  'rejected.lead': 'Do not send now. The sending address did not pass a screening. Contact {{store}} about the money.',
  'failed.title': 'Something went wrong with this checkout',
  'failed.lead': 'Do not send now. If money has moved, it is recorded and {{store}} can find it by the order below.',
  'noNetwork.title': 'No network is available',
  'noNetwork.lead':
    'Nothing can be paid here just now, and nothing was charged. Try again later, or ask {{store}} for another way.',
  'closed.arrived': 'What arrived',

  'support.title': 'Questions?',
  'support.contact': 'Contact {{store}}: ',
  'support.none': 'Contact {{store}}, and give them the order or checkout number.',

  'receipt.title': 'Receipt',
  'receipt.print': 'Print or save as PDF',
  'receipt.back': 'Back to the payment',
  'receipt.note':
    'Confirmed on-chain. The transaction hash is the proof of payment; anyone can look it up on {{network}}.',

  'missing.title': 'There is no such checkout',
  'missing.lead':
    'The link may be incomplete or mistyped. Nothing was charged. Go back to the store and start the payment again.',
  'missing.page_title': 'Not found',
  'missing.page_lead': 'There is nothing at this address.',
  'error.title': 'This page could not be shown',
  'error.lead':
    'The fault is on our side. A payment that you already sent is not affected: it is followed on the network, not by this page. Try again in a moment.',
  'error.retry': 'Try again',

  'home.title': 'Stable-coin checkout for shops',
  'home.lead':
    'A shop creates a checkout over a signed API, the shopper pays USDT or USDC on any supported network, and the shop is told by a signed webhook. The money goes straight to the merchant.',
  'home.demo': 'Try it in the demo shop',
  'home.api': 'API description (OpenAPI 3.1)',
} as const;

export type TextKey = keyof typeof en;
