// Pages that a visitor without an account opens and that call others: providers of chains, mailboxes, and Temporal. What each may cost, by order,
// by client address and in all. The table is in docs/security/doors.md; a test compares the two, and another opens every public page and
// fails for a call of one that is not here.

export interface CallingDoor {
  /** Below the origin, as in web/routes.ts. */
  path: string;
  calls: 'chains' | 'e-mail' | 'Temporal';
  /** Requests in a minute. Null: it is about no order. */
  perOrder: number | null;
  /** Requests in a minute. An office or a mobile carrier can share one address. */
  perAddress: number;
  /** Of all visitors together, and by other things than order and address. */
  inAll: string;
  /** What the visitor is told, and what becomes of the request. */
  usedUp: string;
}

/** CHAIN_READ_LIMIT_VISITORS. */
const CHAIN_READS = 'reads of chains by all visitors';
const MAILS = '120 requests a minute over all accounts; 20 e-mails a day to one mailbox about its accounts';
/** To review, after each change, and right before sending. */
const WALLET = { calls: 'chains', perOrder: 40, perAddress: 300, inAll: CHAIN_READS } as const;
const ACCOUNT_MAIL = { calls: 'e-mail', perOrder: null, inAll: MAILS } as const;

export const CALLING_DOORS = {
  wallet: {
    ...WALLET,
    path: '/checkout/:id/wallet',
    usedUp:
      'Order, address: it names the seconds to wait. In all: the payment goes on, without the check of balance and fee',
  },
  walletLook: {
    ...WALLET,
    path: '/checkout/:id/allscale',
    perOrder: 12,
    usedUp: 'Announced transactions are looked for at a later request',
  },
  walletPick: {
    path: '/checkout/:id/wallet/pick',
    calls: 'chains',
    perOrder: 6,
    perAddress: 60,
    inAll: CHAIN_READS,
    usedUp: 'The page keeps the coin and network that it shows',
  },
  walletSent: {
    ...WALLET,
    path: '/checkout/:id/wallet/sent',
    usedUp:
      'The transaction is kept and looked for at a later request; one that another browser names is refused with 429',
  },
  claim: {
    path: '/checkout/:id/claim',
    calls: 'chains',
    perOrder: 10,
    perAddress: 30,
    inAll: CHAIN_READS,
    usedUp: 'The claim is kept and checked within minutes, without the page',
  },
  refundAddress: {
    path: '/checkout/:id/refund-address',
    calls: 'chains',
    perOrder: 5,
    perAddress: 30,
    inAll: CHAIN_READS,
    usedUp: 'It asks to try again in a minute; the form keeps what was typed',
  },
  cancel: {
    path: '/checkout/:id/cancel',
    calls: 'Temporal',
    perOrder: 5,
    perAddress: 30,
    inAll: 'one browser of each order that waits for its payment',
    usedUp: 'It asks to try again in a minute; nothing was changed',
  },
  receiptMail: {
    path: '/checkout/:id/receipt-email',
    calls: 'e-mail',
    perOrder: 5,
    perAddress: 30,
    inAll: '10 e-mails a day to one mailbox about orders, 100 a day by one address',
    usedUp: 'It says so; the page itself is the receipt',
  },
  signUp: {
    ...ACCOUNT_MAIL,
    path: '/account/sign-up',
    perAddress: 5,
    usedUp: 'It names the seconds to wait; a link that was sent before works on',
  },
  forgotPassword: {
    ...ACCOUNT_MAIL,
    path: '/account/forgot-password',
    perAddress: 5,
    usedUp: 'It names the seconds to wait; a link that was sent before works on',
  },
  verify: {
    ...ACCOUNT_MAIL,
    path: '/account/verify',
    perAddress: 5,
    usedUp: 'It names the seconds to wait; a link that was sent before works on',
  },
  logIn: {
    ...ACCOUNT_MAIL,
    path: '/account/log-in',
    perAddress: 10,
    usedUp: 'It names the seconds to wait. Owners hear of wrong attempts at most once an hour',
  },
} as const satisfies Record<string, CallingDoor>;

const HEADERS = ['page', 'calls', 'by order', 'by address', 'in all', 'when it is used up'];

/** The table of docs/security/doors.md, without padding. */
export const callingDoorsTable = (): string =>
  [
    HEADERS,
    HEADERS.map(() => '---'),
    ...Object.values(CALLING_DOORS).map(({ path, calls, perOrder, perAddress, inAll, usedUp }) => [
      `\`${path}\``,
      calls,
      perOrder === null ? '' : `${perOrder} a minute`,
      `${perAddress} a minute`,
      inAll,
      usedUp,
    ]),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

export type CallingDoorName = keyof typeof CALLING_DOORS;
