// What an erasure makes of each column of an order and of an invoice. The compiler asks for new ones: data of a person that nobody names
// here would be neither exported nor erased, and that of an order would go into its workflow's record. Other tables: `erase-orders.ts`
// and `person.ts`.
import type { CheckoutIntent } from '../entities/intent.entity.ts';
import type { Invoice } from '../entities/invoice.entity.ts';

/** Shown where text of a person was. */
export const ERASED = 'erased';

/** The value that a column gets, in SQL; null for one that stays: it says nothing about a person, or belongs to the books. */
type Columns<Entity> = Readonly<Record<Extract<keyof Entity, string>, string | null>>;

const STAYS = null;

export const OF_ORDER: Columns<CheckoutIntent> = {
  id: STAYS,
  contractId: STAYS,
  store: STAYS,
  apiKey: STAYS,
  source: STAYS,
  status: STAYS,
  currency: STAYS,
  stableCoin: STAYS,
  amountCents: STAYS,
  amountUnits: STAYS,
  rateE10: STAYS,
  acceptedStableCoins: STAYS,
  acceptedChainIds: STAYS,
  acceptsBridgedTokens: STAYS,
  toleranceBps: STAYS,
  orderId: STAYS,
  orderDescription: 'null',
  userId: 'null',
  userName: 'null',
  redirectUrl: 'null',
  shopperEmail: 'null',
  shopperLanguage: 'null',
  extra: 'null',
  factory: STAYS,
  receiver: STAYS,
  feeReceiver: STAYS,
  feeRateE9: STAYS,
  depositAddress: STAYS,
  browserHash: STAYS,
  oneWorkflow: STAYS,
  paymentMethodType: STAYS,
  expiresAt: STAYS,
  extensionSeconds: STAYS,
  extendedAt: STAYS,
  confirmedAt: STAYS,
  paidChainId: STAYS,
  paidCoin: STAYS,
  paidToken: STAYS,
  txHash: STAYS,
  // The ledger of a public chain.
  txFrom: STAYS,
  txTo: STAYS,
  actualPaidUnits: STAYS,
  serviceFeeUnits: STAYS,
  netIncomeUnits: STAYS,
  surplusUnits: STAYS,
  createdAt: STAYS,
  updatedAt: STAYS,
  erasedAt: STAYS,
};

export const OF_INVOICE: Columns<Invoice> = {
  id: STAYS,
  store: STAYS,
  token: STAYS,
  status: STAYS,
  number: STAYS,
  currency: STAYS,
  stableCoin: STAYS,
  language: STAYS,
  customerName: `'${ERASED}'`,
  customerEmail: 'null',
  customerAddress: 'null',
  memo: 'null',
  dueDay: STAYS,
  remindBeforeDays: STAYS,
  remindOnDueDay: STAYS,
  remindAfterDays: STAYS,
  nextReminderAt: STAYS,
  orderCount: STAYS,
  createdAt: STAYS,
  updatedAt: STAYS,
  issuedAt: STAYS,
  paidAt: STAYS,
  voidedAt: STAYS,
  erasedAt: STAYS,
};

const columnOf = (member: string): string => member.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

type AnyColumns = Columns<CheckoutIntent> | Columns<Invoice>;

const erased = (columns: AnyColumns): [column: string, value: string][] =>
  Object.entries(columns).flatMap(([member, value]) => (value === null ? [] : [[columnOf(member), value]]));

/** The names of the columns that an erasure empties: what is about a person. */
export const personalColumns = (columns: AnyColumns): string[] => erased(columns).map(([column]) => column);

/** SQL: what an `update` sets. */
export const erasedSet = (columns: AnyColumns): string =>
  erased(columns)
    .map(([column, value]) => `${column} = ${value}`)
    .join(', ');

/** SQL: what a person's export reads, of the table `alias`. */
export const personalList = (columns: AnyColumns, alias: string): string =>
  personalColumns(columns)
    .map((column) => `${alias}.${column}`)
    .join(', ');
