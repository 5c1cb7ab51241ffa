// The English texts of the checkout: one flat catalogue, with `{{name}}` where a value goes. The compiler checks that the other
// languages have the same keys.

export const en = {
  'app.name': 'AllScale Checkout',
  'sentence.gap': ' ',

  'summary.label': 'Order',
  'summary.test': 'Test store: no real money',
  'summary.total': 'Total',
  'summary.order_id': 'Order',
  'summary.price': 'Price',
  'summary.rate_value': '1 {{currency}} = {{rate}} {{coin}}',
  'summary.logo_alt': 'Logo of {{store}}',
  'summary.powered': 'Checkout by AllScale. The money goes straight to the store; nobody holds it in between.',

  'pay.title': 'Send {{amount}} {{coin}}',
  'pay.title_rest': 'Send the remaining {{amount}} {{coin}}',
  'pay.title_wallet': 'Pay {{amount}} {{coin}} from your wallet',
  'pay.title_wallet_rest': 'Pay the remaining {{amount}} {{coin}} from your wallet',
  'pay.title_allscale': 'Pay {{amount}} {{coin}} with AllScale Pay',
  'pay.title_allscale_rest': 'Pay the remaining {{amount}} {{coin}} with AllScale Pay',
  'pay.title_sent': 'Payment sent',
  'pay.lead_sent': 'Do not pay again. The network shows the payment in a moment.',
  'pay.page_title': 'Pay {{store}}',
  'language.label': 'Language',
  'field.missing': 'Please fill this in.',
  'field.short': 'At least {{min}} characters are needed.',
  'field.email': 'This is not a valid e-mail address. Please check it.',
  'field.min': 'The smallest value is {{min}}.',
  'field.max': 'The largest value is {{max}}.',
  'field.invalid': 'Please check this entry.',

  'pay.loading': 'Loading…',
  'method.needs_scripts': 'This way to pay needs JavaScript. Choose “QR code and address”, which works without it.',
  'method.label': 'How do you want to pay?',
  'method.allscale': 'AllScale Pay',
  'method.allscale_hint': 'Log in and approve; the network fee is shown first.',
  'method.wallet': 'Browser or mobile wallet',
  'method.wallet_hint': 'MetaMask, Trust Wallet and others.',
  'method.qr': 'QR code and address',
  'method.qr_hint': 'Send from any wallet or exchange.',
  'method.allscale_short': 'AllScale Pay',
  'method.wallet_short': 'Wallet',
  'method.qr_short': 'QR code',
  'choice.change': 'Change',
  'choice.by_fee': 'Picked for you: the lowest network fee now',
  'choice.by_store': 'Picked for you: the store’s first choice',
  'choice.by_wallet': 'Picked for you: your wallet covers it at the lowest fee',
  'pay.receiver': 'Receiving address',
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
  'pay.exact': 'The address must receive the whole amount; exchanges may deduct a fee, so add it on top.',
  'pay.wallet_link': 'Open in a wallet app',
  'pay.development_wallet': 'Pay with the development wallet',
  'pay.development_hint': 'Local chains only: sends a real transfer of test tokens.',
  'pay.development_sent': 'The development wallet sent the payment. It shows here with the next block.',
  'pay.development_failed': 'The development wallet could not pay: {{reason}}.',

  'simulate.title': 'Simulate a payment',
  'simulate.hint': 'This is a test store: no real money moves.',
  'simulate.started': 'Started. It shows here within seconds.',
  'simulate.paid': 'Paid',
  'simulate.short': 'Short',
  'simulate.over': 'Over',
  'simulate.late': 'Late',
  'simulate.expired': 'Expired',
  'simulate.reorganised': 'Reorganised',
  'simulate.wrong_coin': 'Wrong coin',
  'simulate.refused.nothing_due': 'There is nothing to do: the order is paid or has ended.',
  'simulate.refused.no_other_coin': 'The order accepts every coin of its networks.',
  'simulate.refused.unavailable': 'No test network is available for this order.',
  'simulate.refused.too_many': 'Too many simulations. Wait a minute.',

  'trouble.behind': 'Payments on {{network}} are delayed at the moment. Choose another network if you can.',
  'trouble.stopped': '{{network}} is unavailable at the moment. Please choose another network.',
  'trouble.only': 'A payment on {{network}} would be seen late. You may want to wait a few minutes.',
  'trouble.mark': 'delayed',

  'time.minutes': 'About {{time}} left',
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

  'status.waiting': 'Waiting for your payment.',
  'status.approving': 'Approve the payment in your wallet.',
  'status.sent': 'The payment was sent. Waiting for the network to show it.',
  'status.short': '{{received}} received, {{due}} {{coin}} still due.',
  'status.confirming': 'Your payment was seen on the network and is being confirmed.',
  'status.confirming_count': 'Your payment was seen: {{seen}} of {{needed}} confirmations.',
  'status.paid': 'Fund Sent. The payment is confirmed.',
  'status.live': 'This page updates by itself; you can close it.',
  'status.polling': 'Live updates are interrupted; the page checks every few seconds instead.',

  'confirming.title': 'Payment seen, confirming',
  'confirming.lead':
    'Nothing more to do. The network is confirming {{amount}}; this takes from seconds to a few minutes.',
  'confirming.finality': 'Waiting until {{network}} makes the block final.',

  'paid.title': 'Fund Sent',
  'paid.lead': 'The payment is confirmed on-chain. You can go back to {{store}} now.',
  'paid.lead_close': 'The payment is confirmed on-chain. You can close this page.',
  'paid.was': 'The payment is confirmed on-chain.',
  'paid.removed':
    'Do not send again. The network removed the block that had {{received}} of this payment, after it was confirmed. It usually returns by itself. {{store}} was notified and checks it.',
  'paid.beside': 'What else arrived',
  'paid.surplus': 'You sent {{surplus}} more than the price. Ask {{store}} for the difference.',
  'paid.return': 'Return to {{store}}',
  'paid.returning': 'Back to {{store}} in {{seconds}} s.',
  'paid.stay': 'Stay here',
  'paid.receipt': 'Receipt',
  'paid.part': 'Transaction {{n}} of {{total}}',

  'receiptMail.title': 'Receipt by e-mail',
  'receiptMail.label': 'Send the receipt to',
  'receiptMail.hint': 'Used only for e-mails about this payment.',
  'receiptMail.send': 'Send the receipt',
  'receiptMail.later': 'We send the receipt when the payment is confirmed.',
  'receiptMail.sent': 'The receipt is on its way.',
  'receiptMail.paid': 'The payment is confirmed: the receipt is on its way.',
  'receiptMail.closed': 'Nothing was paid here, so there is no receipt.',
  'receiptMail.badEmail': 'This is not a valid e-mail address. Please check it.',
  'receiptMail.tooOften': 'Too many attempts. Wait a minute, then try again.',
  'receiptMail.dayFull':
    'No more e-mails can be sent to this address today. Please print the receipt, or try again tomorrow.',

  'facts.amount': 'Amount',
  'facts.network': 'Network',
  'facts.tx': 'Transaction',
  'facts.from': 'From',
  'facts.to': 'To',
  'facts.block_time': 'Block time',
  'facts.order': 'Order',
  'facts.checkout': 'Checkout',
  'facts.copy_tx': 'Copy transaction hash',
  'facts.explorer': 'View on explorer',
  'facts.confirmed_at': 'Confirmed',

  'closing.title': 'Time is up',
  'closing.lead':
    'Do not send now. If you sent the payment in time, it is still counted: the networks are being read to the last second.',
  'closing.lead_part':
    'Do not send now. {{received}} of {{amount}} {{coin}} arrived. If you sent the rest in time, it is still counted: the networks are being read to the last second.',
  'expired.title': 'This checkout has expired',
  'expired.lead': 'Do not send now. No payment arrived in time, and nothing was charged.',
  'expired.lead_removed':
    'Do not send now. The network removed your payment of {{received}}, and it did not return in time: nothing was charged. If it returns later, {{store}} decides whether to accept or refund it.',
  'removed.title': 'The network removed your payment',
  'removed.lead':
    'Do not send again yet. The network replaced the block that had your payment of {{received}}. It usually returns by itself within minutes, and this page shows it. If your wallet no longer shows it as sent, pay again below.',
  'removed.again': 'Pay {{amount}} {{coin}} again',
  'canceled.title': 'This checkout was canceled',
  'canceled.lead': 'Do not send now. Nothing was charged.',
  'underpaid.title': 'Expired with a part of the payment',
  'review.title': 'This payment is in review',
  'odd.stop': 'Do not send more.',
  'odd.late': '{{received}} arrived after the checkout had ended.',
  'odd.wrongCoin': '{{received}} arrived, in a coin that this order does not accept.',
  'odd.wrongNetwork': '{{received}} arrived on {{network}}, a network that this order does not accept.',
  'odd.short': '{{received}} of {{amount}} {{coin}} arrived before the time was up.',
  'odd.second': '{{received}} arrived after the order had been paid.',
  'odd.check': '{{received}} arrived, and a person must check it.',
  'odd.decides': 'It is recorded and safe: {{store}} decides whether to accept or refund it.',
  'odd.safe': 'It is recorded and safe. Ask {{store}} about it.',
  'odd.left': '{{store}} looked at {{received}} and did not count it as the payment. Ask {{store}} what happens to it.',
  'odd.returned': '{{store}} refunded {{received}}.',
  'sendBack.title': 'Your money is being refunded',
  'sendBack.lead': '{{store}} is refunding your money. This page shows when the network has confirmed it.',
  'refund.lead':
    '{{store}} is refunding {{received}}. It is yours once the network has confirmed it, usually minutes after {{store}} has sent it.',
  'refund.done_lead': '{{store}} has refunded {{received}}.',
  'refund.prepared': 'Refund prepared, not sent yet',
  'refund.sent': 'Refund sent, not confirmed yet',
  'refund.confirmed': 'Refunded',
  'rejected.title': 'This payment was not accepted',
  'rejected.lead':
    'Do not send now. The sending address did not pass a screening, and nothing was charged. Contact {{store}} if you think that this is a mistake.',
  'failed.title': 'Something went wrong with this checkout',
  'failed.lead': 'Do not send now. If money has moved, it is recorded and {{store}} can find it by the order below.',
  'noNetwork.title': 'No network is available',
  'noNetwork.lead':
    'Nothing can be paid here at the moment, and nothing was charged. Try again later, or ask {{store}} for another way.',
  'elsewhere.notice':
    'This checkout was opened first in another browser. You can look at it and pay here. To cancel it or to give an address, use that browser, or contact {{store}}.',
  'elsewhere.act':
    'This checkout was opened first in another browser, so this is not possible here. You can pay here. Use the first browser, or contact {{store}}.',
  'cancel.link': 'Cancel this payment',
  'cancel.title': 'Cancel this payment?',
  'cancel.lead':
    'The checkout ends and cannot be paid any more. If you have already sent money, do not cancel: it is still counted when it arrives.',
  'cancel.confirm': 'Cancel the payment',
  'cancel.back': 'Go on paying',
  'cancel.paymentSeen': 'A payment is on its way, so the checkout can no longer be canceled.',
  'cancel.ended': 'The checkout is not waiting for a payment any more, so there is nothing to cancel.',
  'cancel.unavailable': 'The checkout could not be canceled now. Nothing was changed; please try again in a minute.',
  'cancel.pending':
    'We asked for the cancellation and have no response yet. This page shows it as soon as it is canceled.',

  'claim.title': 'I already sent it',
  'claim.lead':
    'If you sent something, it is not lost: the address is still watched. Paste the transaction hash, and we look it up on every network.',
  'claim.label': 'Transaction hash',
  'claim.hint':
    '64 letters and digits, with or without 0x in front; your wallet or exchange shows it with the payment.',
  'claim.check': 'Check',
  'claim.checking': 'Checking…',
  'claim.badHash':
    'This is not a transaction hash. It has 64 letters and digits, with or without 0x in front; your wallet or exchange shows it with the payment.',
  'claim.kept': 'Your transaction is noted and is checked again by itself: you can close this page.',
  'claim.tooOften': 'Please wait {{time}} before you check again.',
  'claim.notFound':
    'There is no such transaction on {{looked}}. If you have just sent it, it may not be mined yet: check again in a minute. If you sent it on another network, contact {{store}}.',
  'claim.notFound_silent': '{{silent}} did not respond, so it may be there.',
  'claim.networksSilent':
    'The networks do not respond at the moment, so nothing could be checked. Nothing is lost: what you sent is found automatically. Please check again in a minute.',
  'claim.notMined':
    'The transaction is known on {{network}}, but not mined yet. You need not do anything: it counts once it is in a block.',
  'claim.reverted': 'The transaction failed on {{network}}: no coins were moved, only the network fee was paid.',
  'claim.otherToken':
    'The transaction sent another token (contract {{contract}} on {{network}}), which is not accepted. A token can carry any name: compare the contract. Please contact {{store}}.',
  'claim.nativeCoin':
    'This network’s own coin arrived: {{symbol}} on {{network}}. It does not pay this checkout, and it is not lost: please contact {{store}}.',
  'claim.otherRecipient':
    'The transaction paid {{recipient}} on {{network}}, which is not the address of this checkout.',
  'claim.noPayment': 'The transaction on {{network}} sent no coin that we can see to this checkout.',
  'claim.wrongNetwork':
    'We found {{amount}} {{coin}} on {{network}}, a network that {{store}} does not accept. A person decides what happens to it.',
  'claim.wrongCoin':
    'We found {{amount}} {{coin}} on {{network}}, a coin that {{store}} does not accept. A person decides what happens to it.',
  'claim.late':
    'We found {{amount}} {{coin}} on {{network}}. It arrived after the checkout had ended, so a person decides what happens to it.',
  'claim.secondPayment':
    'We found {{amount}} {{coin}} on {{network}}. The order was paid already, so a person decides what happens to it.',
  'claim.inReview': 'We found {{amount}} {{coin}} on {{network}}. It is in review.',
  'claim.returned': 'We found {{amount}} {{coin}} on {{network}}. {{store}} refunded it.',
  'claim.left':
    'We found {{amount}} {{coin}} on {{network}}. {{store}} looked at it and did not count it as the payment: ask {{store}} what happens to it.',
  'claim.short': 'We have received {{received}} in all; {{due}} {{coin}} are missing.',
  'claim.confirming': 'We found {{amount}} {{coin}} on {{network}}. It counts once the network has made it final.',
  'claim.confirming_count': 'We found {{amount}} {{coin}} on {{network}}. It has {{seen}} of {{needed}} confirmations.',
  'claim.counted': 'We found {{amount}} {{coin}} on {{network}}. It has been counted.',
  'claim.notReadYet': 'We found {{amount}} {{coin}} on {{network}}. It will be counted automatically in a moment.',
  'claim.notReadYet_stopped':
    'We found {{amount}} {{coin}} on {{network}}. We are behind on this network at the moment; it will be counted automatically.',
  'claim.beingAdded':
    'We found {{amount}} {{coin}} on {{network}}. It was missing in our record and is being added; this page shows it in a moment.',

  'closed.next_title': 'What happens next:',
  'closed.next':
    '{{store}} was notified and decides. This page updates automatically. If nothing has changed after two working days, contact {{store}} with the number {{number}}.',
  'updates.title': 'Updates by e-mail',
  'updates.label': 'Send updates to',
  'updates.hint':
    'You get a message when {{store}} has decided about this money, or when more arrives, and nothing else.',
  'updates.send': 'Send me updates',
  'updates.later': 'Saved. You get an e-mail when {{store}} has decided about this money.',
  'refundAddress.title': 'Where a refund should go',
  'refundAddress.lead':
    'A refund usually goes to the address that sent the money. If you paid from an exchange, give an address of your own: exchanges do not credit refunds. It can be given once; {{store}} sees it and decides.',
  'refundAddress.transfer': 'For which transfer',
  'refundAddress.label': 'Your address on the same network',
  'refundAddress.repeat': 'The same address again',
  'refundAddress.save': 'Save the address',
  'refundAddress.given': 'For {{amount}} on {{network}}: {{address}}. To change it, contact {{store}}.',
  'refundAddress.saved': 'Saved. {{store}} sees this address beside your payment.',
  'refundAddress.badAddress':
    'This is not an address. It begins with 0x and has 40 letters and digits after it; please check each character.',
  'refundAddress.noChecksum':
    'This address is all lower or all upper case, which hides typing errors. Please copy it from your wallet.',
  'refundAddress.badChecksum': 'A character of this address is wrong. Please copy it from your wallet.',
  'refundAddress.burn': 'Nobody holds the key of this address, so the money would be lost.',
  'refundAddress.system': 'This address belongs to the network itself, so the money would be lost.',
  'refundAddress.token':
    'This is the contract of a token, which keeps what is sent to it. Please give the address of your wallet.',
  'refundAddress.knownKey': 'The key of this address is public: anybody could take the money.',
  'refundAddress.noCode':
    'This wallet is a contract that does not exist on the network of this transfer, so the money would be lost.',
  'refundAddress.unreachable':
    'The network is not responding, so the address could not be checked. Nothing was saved. Please try again in a minute.',
  'refundAddress.different': 'The two addresses are not the same.',
  'refundAddress.unusable':
    'Money sent to this address would be lost or return to this checkout. Please give an address of your own wallet.',
  'refundAddress.noTransfer': 'This checkout has no such transfer.',
  'refundAddress.known': 'Another address was already given for this money. To change it, contact {{store}}.',
  'refundAddress.tooOften': 'Too many attempts. Wait a minute, then try again.',
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
  'missing.page_lead': 'There is no page at this URL.',
  'error.title': 'This page could not be shown',
  'error.lead':
    'The fault is on our side. A payment that you already sent is not affected: it is followed on the network, not by this page. Try again in a moment.',
  'error.retry': 'Try again',
  'ways.label': 'Other pages',
  'ways.start': 'Start page',
  'ways.account': 'AllScale Pay account',
  'ways.dashboard': 'Merchant dashboard',
  'ways.docs': 'Documentation',
} as const;

export type TextKey = keyof typeof en;

/** The texts of one language. */
export type Catalogue = Readonly<Record<TextKey, string>>;
