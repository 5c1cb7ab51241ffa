// The ledger's records of deposit addresses, by chain, for the verification of the books. Only of addresses that received money.
import type { Address, Hex } from '#domain/address.ts';
import type { LedgerAccount } from '#domain/books/book-facts.ts';
import { eventKey } from '#domain/chain-events.ts';
import { type Chain, chainById, type Token } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, unitsOf } from '#domain/money.ts';
import type { TransferState } from '#domain/payment-rules.ts';
import type { RefundSource } from '#domain/refunds.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';

export interface PaidAddresses {
  chainId: number;
  /** The block that the watcher has read last; null while it has none. */
  cursor: { number: bigint; hash: Hex } | null;
  /** The first block of a transfer to one of the addresses. */
  firstBlock: bigint;
  factories: Address[];
  /** Intents with a transfer or a settlement on the chain. */
  intentIds: IntentId[];
}

/** Every chain with money, and the database's clock. @param storeId null: of all stores */
export const listPaidAddresses = async (
  em: Em,
  storeId: string | null,
): Promise<{ now: Date; chains: PaidAddresses[] }> => {
  const sql = sqlOf({ em });
  const { rows: clock } = await sql.query<{ now: Date }>({
    name: 'books-clock',
    text: 'select clock_timestamp() as now',
    values: [],
  });
  const { rows } = await sql.query<{
    chainId: number;
    number: string | null;
    hash: Hex | null;
    firstBlock: string | null;
    factories: Address[];
    intentIds: IntentId[];
  }>({
    name: 'books-addresses',
    text: `select a.chain_id as "chainId", min(c.block_number)::text as number, min(c.block_hash) as hash, min(a.first)::text as "firstBlock",
        array_agg(distinct i.factory) as factories, array_agg(i.id order by i.id) as "intentIds"
      from (
        select chain_id, intent_id, min(block) as first from (
          select chain_id, intent_id, block_number as block from token_transfer
          union all select chain_id, intent_id, null from settlement
          union all select chain_id, intent_id, null from send_back) money group by 1, 2) a
      join checkout_intent i on i.id = a.intent_id left join chain_cursor c on c.chain_id = a.chain_id
      where $1::text is null or i.store_id = $1 group by 1 order by 1`,
    values: [storeId],
  });
  const chains = rows.map(({ number, hash, firstBlock, ...row }) => ({
    ...row,
    cursor: number === null || hash === null ? null : { number: BigInt(number), hash },
    firstBlock: BigInt(firstBlock ?? 0),
  }));
  return { now: clock[0]?.now ?? new Date(), chains };
};

interface AccountRow {
  storeId: string;
  intentId: IntentId;
  isPaid: boolean;
  depositAddress: Address;
  receiver: Address;
  feeReceiver: Address;
  feeRateE9: string;
  transfers: {
    id: string;
    token: Address;
    txHash: Hex;
    logIndex: number;
    blockNumber: string;
    blockHash: Hex;
    amount: string;
    state: TransferState;
    inPayment: boolean;
    bookingId: string | null;
    reviews: { kind: ReviewKind; state: 'open' | 'resolved' }[] | null;
  }[];
  settlements: {
    id: string;
    token: Address;
    isSettled: boolean;
    isOpen: boolean;
    net: string | null;
    fee: string | null;
    txHash: Hex | null;
    logIndex: number | null;
  }[];
  refunds: {
    id: string;
    token: Address;
    source: RefundSource;
    isConfirmed: boolean;
    from: Address;
    to: Address;
    amount: string;
    txHash: Hex | null;
    logIndex: number | null;
  }[];
  bookings: { id: string; token: Address; gross: string; fee: string }[];
  held: { token: Address; txHash: Hex }[];
}

const listOf = (fields: string, from: string): string =>
  `(select coalesce(json_agg(json_build_object(${fields}) order by 1), '[]') from ${from})`;

/** One statement, so that all records of an intent are of the same moment. Records that were concluded after `$3` count as open. */
const ACCOUNTS = `
  select i.store_id as "storeId", i.id as "intentId", i.confirmed_at is not null as "isPaid", i.deposit_address as "depositAddress",
    i.receiver, i.fee_receiver as "feeReceiver", i.fee_rate_e9::text as "feeRateE9",
    ${listOf(
      `'id', t.id::text, 'token', t.token, 'txHash', t.tx_hash, 'logIndex', t.log_index, 'blockNumber', t.block_number::text,
        'blockHash', t.block_hash, 'amount', t.amount_base_units::text, 'state', t.state, 'inPayment', t.in_payment,
        'bookingId', t.booking_id::text, 'reviews', (select json_agg(json_build_object('kind', r.kind, 'state', r.state) order by r.id)
          from review_item r where r.intent_id = t.intent_id and r.transfer_id = t.id)`,
      'token_transfer t where t.intent_id = i.id and t.chain_id = $2',
    )} as transfers,
    ${listOf(
      `'id', s.id::text, 'token', s.token, 'isSettled', s.state = 'settled' and s.settled_at <= $3,
        'isOpen', s.state in ('pending', 'sending') or s.settled_at > $3, 'net', s.net_base_units::text, 'fee', s.fee_base_units::text,
        'txHash', s.tx_hash, 'logIndex', s.log_index`,
      'settlement s where s.intent_id = i.id and s.chain_id = $2',
    )} as settlements,
    ${listOf(
      `'id', b.id::text, 'token', b.token, 'source', b.source, 'isConfirmed', b.state = 'confirmed' and b.confirmed_at <= $3,
        'from', coalesce(b.from_address, case b.source when 'wallet' then i.receiver else i.deposit_address end), 'to', b.to_address,
        'amount', b.amount_base_units::text, 'txHash', b.tx_hash, 'logIndex', b.log_index`,
      `send_back b where b.intent_id = i.id and b.chain_id = $2 and b.state <> 'failed'`,
    )} as refunds,
    ${listOf(
      `'id', k.id::text, 'token', k.token, 'gross', k.gross_units::text, 'fee', k.fee_units::text`,
      'booking k where k.intent_id = i.id and k.chain_id = $2',
    )} as bookings,
    ${listOf(
      `'token', h.token, 'txHash', h.tx_hash`,
      'held_transfer h where h.intent_id = i.id and h.chain_id = $2',
    )} as held
  from checkout_intent i where i.id = any($1::text[]) order by i.id`;

/** One account for each intent and each token of the chain. @param began settlements and refunds recorded later count as open */
export const readLedgerAccounts = async (
  em: Em,
  chainId: number,
  intentIds: readonly IntentId[],
  began: Date,
): Promise<LedgerAccount[]> => {
  const { rows } = await sqlOf({ em }).query<AccountRow>({
    name: 'books-accounts',
    text: ACCOUNTS,
    values: [intentIds, chainId, began],
  });
  const chain = chainById(chainId);
  return rows.flatMap((row) => chain.tokens.map((token) => accountOf(row, chain, token)));
};

const accountOf = (row: AccountRow, chain: Chain, { address: token, coin, decimals }: Token): LedgerAccount => {
  const { storeId, intentId, isPaid, depositAddress, receiver, feeReceiver, feeRateE9 } = row;
  const own = <Row extends { token: Address }>(rows: readonly Row[]): Row[] =>
    rows.filter((one) => one.token === token);
  return {
    ...{ storeId, intentId, isPaid, chainId: chain.id, token, coin, decimals, depositAddress, receiver, feeReceiver },
    feeRateE9: BigInt(feeRateE9),
    transfers: own(row.transfers).map(({ amount, blockNumber, reviews, ...transfer }) => {
      const review = (reviews ?? []).findLast(({ kind }) => kind !== 'reorg_after_confirmed');
      return {
        ...transfer,
        blockNumber: BigInt(blockNumber),
        amountBaseUnits: baseUnitsOf(amount),
        review: review ? { kind: review.kind, isOpen: review.state === 'open' } : null,
        isRemovalReviewed: (reviews ?? []).some(({ kind }) => kind === 'reorg_after_confirmed'),
      };
    }),
    settlements: own(row.settlements).map(({ id, isSettled, isOpen, net, fee, txHash, logIndex }) => ({
      ...{ id, isSettled: isSettled === true, isOpen: isOpen === true },
      netBaseUnits: baseUnitsOf(net ?? 0),
      feeBaseUnits: baseUnitsOf(fee ?? 0),
      event: txHash !== null && logIndex !== null ? eventKey({ txHash, logIndex }) : null,
    })),
    refunds: own(row.refunds).map(({ amount, isConfirmed, ...refund }) => ({
      ...refund,
      isConfirmed: isConfirmed === true,
      amountBaseUnits: baseUnitsOf(amount),
    })),
    bookings: own(row.bookings).map(({ id, gross, fee }) => ({
      id,
      grossUnits: unitsOf(gross),
      feeUnits: unitsOf(fee),
    })),
    heldTxHashes: own(row.held).map(({ txHash }) => txHash),
  };
};
