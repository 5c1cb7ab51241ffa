// A row of an order as it travels from the database: what others wrote as columns of their own, and all that is ours as one text. A
// million rows of 26 columns cost more time in reading the columns than in everything that is done with them (decision 0105).
import type { CoinId } from '#domain/coins.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import type { IntentId } from '#domain/ids.ts';
import type { OrderCsvRow, OrderRowKind } from '#domain/order-csv.ts';
import type { IntentStatus, PaymentMethod } from '#domain/status.ts';

/** Where the columns come from that not every reader takes from the same place, as SQL. What was paid is null while nothing is. */
export interface RowSource {
  status: string;
  kind: string;
  bookedAt: string;
  chainId: string;
  coin: string;
  token: string;
  gross: string;
  fee: string;
  net: string;
  surplus: string;
  txHashes: string;
  payers: string;
}

export interface PackedRow {
  orderId: string | null;
  description: string | null;
  userId: string | null;
  userName: string | null;
  /** Numbers, names, hashes and addresses of ours, none of which has a comma; empty where a column is null. */
  packed: string;
}

/** A number of seconds: `extract` would compute it as a decimal number. */
const epochOf = (column: string): string => `date_part('epoch', ${column})`;

/** What `packed` has, in this order. The compiler asks for the SQL of each, and counts them where they are read. */
const PARTS = [
  'id',
  'createdAt',
  'status',
  'currency',
  'cents',
  'amountUnits',
  'coin',
  'method',
  'depositAddress',
  'kind',
  'bookedAt',
  'paidChainId',
  'paidCoin',
  'paidToken',
  'paidUnits',
  'feeUnits',
  'netUnits',
  'surplusUnits',
  'txHashes',
  'payers',
] as const satisfies readonly (keyof OrderCsvRow)[];

type TextsOf<Names extends readonly string[]> = { [Index in keyof Names]: string };
type Parts = TextsOf<typeof PARTS>;

const sqlOfParts = (from: RowSource): Record<(typeof PARTS)[number], string> => ({
  id: 'i.id',
  createdAt: epochOf('i.created_at'),
  status: from.status,
  currency: 'i.currency',
  cents: 'i.amount_cents',
  amountUnits: 'i.amount_units',
  coin: 'i.stable_coin',
  method: 'i.payment_method_type',
  depositAddress: 'i.deposit_address',
  kind: from.kind,
  bookedAt: epochOf(from.bookedAt),
  paidChainId: from.chainId,
  paidCoin: from.coin,
  paidToken: from.token,
  paidUnits: from.gross,
  feeUnits: from.fee,
  netUnits: from.net,
  surplusUnits: from.surplus,
  txHashes: from.txHashes,
  payers: from.payers,
});

const SQL_OF_TEXTS: Record<Exclude<keyof PackedRow, 'packed'>, string> = {
  orderId: 'i.order_id',
  description: 'i.order_description',
  userId: 'i.user_id',
  userName: 'i.user_name',
};

/** Columns of a `PackedRow` of order `i`. */
export const packedColumns = (from: RowSource): string => {
  const sql = sqlOfParts(from);
  const parts = PARTS.map((part) => sql[part]);
  return `${selected(SQL_OF_TEXTS)}, format('${parts.map(() => '%s').join()}', ${parts.join(', ')}) as packed`;
};

/** A select list: the SQL of each member of a row. */
export const selected = (columns: Readonly<Record<string, string>>): string =>
  Object.entries(columns)
    .map(([member, sql]) => `${sql} as "${member}"`)
    .join(', ');

/** The order's id, which `packed` begins with. */
export const idOf = ({ packed }: PackedRow): IntentId => packed.slice(0, packed.indexOf(',')) as IntentId;

const orNull = (text: string): string | null => (text === '' ? null : text);
const msOf = (seconds: string): number => Number(seconds) * 1000;

export const unpacked = ({ packed, orderId, description, userId, userName }: PackedRow): OrderCsvRow => {
  const parts = packed.split(',');
  // A comma within a part would move all that follow.
  if (parts.length !== PARTS.length)
    throw new Error(`A row of order ${parts[0]} has ${parts.length} parts, not ${PARTS.length}`);
  const [
    id,
    createdAt,
    status,
    currency,
    cents,
    amountUnits,
    coin,
    method,
    depositAddress,
    kind,
    bookedAt,
    paidChainId,
    paidCoin,
    paidToken,
    paidUnits,
    feeUnits,
    netUnits,
    surplusUnits,
    txHashes,
    payers,
  ] = parts as unknown as Parts;
  return {
    kind: kind as OrderRowKind,
    id: id as IntentId,
    createdAt: msOf(createdAt),
    bookedAt: bookedAt === '' ? null : msOf(bookedAt),
    orderId,
    description,
    userId,
    userName,
    status: Number(status) as IntentStatus,
    currency: currency === '' ? null : (Number(currency) as CurrencyId),
    cents,
    amountUnits,
    coin: Number(coin) as CoinId,
    method: Number(method) as PaymentMethod,
    paidChainId: paidChainId === '' ? null : Number(paidChainId),
    paidCoin: paidCoin === '' ? null : (Number(paidCoin) as CoinId),
    paidToken: orNull(paidToken),
    paidUnits: orNull(paidUnits),
    feeUnits: orNull(feeUnits),
    netUnits: orNull(netUnits),
    surplusUnits: orNull(surplusUnits),
    txHashes: orNull(txHashes),
    payers: orNull(payers),
    depositAddress,
  };
};
