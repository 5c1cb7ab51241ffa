// The English texts of payment links, invoices and posters. `{{name}}` stands for a value. A language without one of these keys does not
// compile.
import type { Texts } from '#domain/texts.ts';

export const en = {
  amount: 'Amount',
  amount_hint: 'From {{min}} to {{max}}',
  quantity: 'Quantity',
  quantity_hint: '{{price}} each, at most {{most}}',
  quantity_most: 'At most {{most}}',
  left: '{{left}} left',
  until: 'Available until {{time}}',
  pay: 'Continue to payment',
  busy: 'One moment…',
  how: 'You pay with a stable coin, from a wallet, an exchange or an AllScale Pay account.',
  picture: 'Picture of {{title}}',
  test: 'Test store: no real money',
  questions: 'Questions? {{contact}}',
  language: 'Language',
  'paused.title': 'Not available now',
  'paused.lead': '{{store}} is not taking payments here at the moment. Nothing was charged.',
  'expired.title': 'This offer has ended',
  'expired.lead': 'Ask {{store}} whether there is a new one. Nothing was charged.',
  'sold_out.title': 'Sold out',
  'sold_out.lead': 'Nothing is left now. Parts that others have not paid come back within minutes.',
  'sold_out.all': 'Nothing is left.',
  'closed.ways': 'What you can do',
  'closed.again': 'Check again',
  'closed.start': 'Start page',
  'closed.no_contact':
    '{{store}} gives no contact here. Ask where you found this page, such as the shop, the e-mail or the poster.',
  'problem.amount_missing': 'Enter an amount, such as 12.50.',
  'problem.amount_unclear':
    'This can be read in two ways. Enter the amount without a separator for thousands, such as 1250 or 12.50.',
  'problem.amount_too_small': 'Enter at least {{min}}.',
  'problem.amount_too_large': 'Enter at most {{max}}.',
  'problem.quantity': 'Choose a whole number from 1 to {{most}}.',
  'problem.changed': 'The offer has changed. Look at it again, then continue.',
  'problem.too_many_open':
    'Too many unpaid orders are open from your network. Pay or cancel one, or wait some minutes.',
  'problem.too_often': 'Too many tries. Please wait {{seconds}} seconds.',
  'problem.not_now': 'This cannot be paid right now. Please try again later. Nothing was charged.',
  open_order: 'You have an open order here, for another amount. Continue with it, or cancel it first.',
  open_order_link: 'Open that order',
  'invoice.title': 'Invoice {{number}}',
  'invoice.from': 'From',
  'invoice.for': 'For',
  'invoice.date': 'Date',
  'invoice.due': 'Due',
  'invoice.lines': 'Items',
  'invoice.item': 'Item',
  'invoice.price': 'Unit price',
  'invoice.total': 'Total',
  'invoice.received': 'Received',
  'invoice.still_due': 'Still due',
  'invoice.memo': 'Note',
  'status.open': 'Open',
  'status.overdue': 'Overdue',
  'status.paid': 'Paid',
  'status.void': 'Void',
  'invoice.pay': 'Pay {{amount}}',
  'invoice.continue': 'Continue the payment',
  'invoice.rest': 'Money for this invoice has arrived. Continue to see whether anything is still due.',
  'invoice.review':
    'A payment of this invoice is being looked at. {{store}} will decide about it. Please do not pay again.',
  'invoice.paid_lead': 'This invoice is paid. Nothing is due.',
  'invoice.more':
    'More money has arrived for this invoice than was due. Do not pay again. {{store}} sees it and decides about a refund.',
  'invoice.void_lead': 'This invoice is void. Do not pay it. Ask {{store}} if you expected something else.',
  'invoice.not_now':
    'This invoice cannot be paid at the moment: {{store}} is not taking payments. Nothing was charged. Try again later, or ask {{store}}.',
  'invoice.print': 'Print',
  'poster.scan': 'Scan to pay',
  'poster.open': 'Or open',
} as const;

export type PayTextKey = keyof typeof en;
export type PayCatalogue = Texts<PayTextKey>;
