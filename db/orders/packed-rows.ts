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

/** In the order of `Parts`. */
const partsOf = (from: RowSource): string[] => [
  'i.id',
  epochOf('i.created_at'),
  from.status,
  'i.currency',
  'i.amount_cents',
  'i.amount_units',
  'i.stable_coin',
  'i.payment_method_type',
  'i.deposit_address',
  from.kind,
  epochOf(from.bookedAt),
  from.chainId,
  from.coin,
  from.token,
  from.gross,
  from.fee,
  from.net,
  from.surplus,
  from.txHashes,
  from.payers,
];

type Parts = [
  id: string,
  createdAt: string,
  status: string,
  currency: string,
  cents: string,
  amountUnits: string,
  coin: string,
  method: string,
  depositAddress: string,
  kind: string,
  bookedAt: string,
  chainId: string,
  paidCoin: string,
  token: string,
  gross: string,
  fee: string,
  net: string,
  surplus: string,
  txHashes: string,
  payers: string,
];

/** Columns of a `PackedRow` of order `i`. */
export const packedColumns = (from: RowSource): string => {
  const parts = partsOf(from);
  return `i.order_id as "orderId", i.order_description as description, i.user_id as "userId", i.user_name as "userName",
    format('${parts.map(() => '%s').join()}', ${parts.join(', ')}) as packed`;
};

/** The order's id, which `packed` begins with. */
export const idOf = ({ packed }: PackedRow): IntentId => packed.slice(0, packed.indexOf(',')) as IntentId;

const PARTS = 20;

const orNull = (text: string): string | null => (text === '' ? null : text);
const msOf = (seconds: string): number => Number(seconds) * 1000;

export const unpacked = ({ packed, orderId, description, userId, userName }: PackedRow): OrderCsvRow => {
  const parts = packed.split(',') as Parts;
  // A comma within a part would move all that follow.
  if (parts.length !== PARTS) throw new Error(`A row of order ${parts[0]} has ${parts.length} parts, not ${PARTS}`);
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
    chainId,
    paidCoin,
    token,
    gross,
    fee,
    net,
    surplus,
    txHashes,
    payers,
  ] = parts;
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
    paidChainId: chainId === '' ? null : Number(chainId),
    paidCoin: paidCoin === '' ? null : (Number(paidCoin) as CoinId),
    paidToken: orNull(token),
    paidUnits: orNull(gross),
    feeUnits: orNull(fee),
    netUnits: orNull(net),
    surplusUnits: orNull(surplus),
    txHashes: orNull(txHashes),
    payers: orNull(payers),
    depositAddress,
  };
};
