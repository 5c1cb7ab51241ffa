// What an order has received, for its store: its terms, transfers with their reviews, refunds, surplus and the heads of its chains.
// One statement, so that everything is of the same moment.
import type { Address } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { type Units, unitsOf } from '#domain/money.ts';
import type { ReceivedTransfer, ReceivingOrder } from '#domain/received-money.ts';
import type { Sql } from '../pool.ts';
import { isUnwantedTokenSql } from './bridged-tokens.ts';
import { MAX_TRANSFERS, milliseconds } from './intent-snapshot.ts';

/** Money of one token on one chain. */
export interface TokenAmount {
  chainId: number;
  token: Address;
  units: Units;
}

export interface ReceivedMoney {
  order: ReceivingOrder;
  /** The largest 200, in chain order: more are dust (`MAX_TRANSFERS`). */
  transfers: ReceivedTransfer[];
  /** Refunded or under way, fees included. */
  refunded: TokenAmount[];
  /** Of the payment, beyond the price. */
  surplus: TokenAmount[];
  /** The newest block that each chain's watcher has seen, by chain id. */
  heads: ReadonlyMap<number, bigint>;
  /** Blocks that the store asks for beyond the chains' rules, by chain id. */
  minimumConfirmations: Readonly<Record<string, number>>;
}

type Raw<Row, Member extends keyof Row> = Omit<Row, Member> & Record<Member, string>;

interface Reading {
  order: Raw<ReceivingOrder, 'requiredUnits'>;
  transfers: Raw<ReceivedTransfer, 'amountUnits' | 'blockNumber'>[];
  refunded: Raw<TokenAmount, 'units'>[];
  surplus: Raw<TokenAmount, 'units'>[];
  heads: { chainId: number; head: string }[];
  minimumConfirmations: Record<string, number> | null;
}

const READ = `
  select i.id, json_build_object(
    'order', json_build_object(
      'status', i.status,
      'isPaid', i.confirmed_at is not null,
      'requiredUnits', i.amount_units::text,
      'toleranceBps', i.tolerance_bps,
      'expiresAt', ${milliseconds('i.expires_at')},
      'acceptedCoins', i.accepted_stable_coins,
      'acceptedChainIds', i.accepted_chain_ids),
    'transfers', array(
      select json_build_object(
        'id', t.id::text, 'chainId', t.chain_id, 'token', t.token, 'coin', t.coin, 'amountUnits', t.amount_units::text,
        'txHash', t.tx_hash, 'from', t.from_address, 'to', t.to_address, 'blockNumber', t.block_number::text,
        'blockTime', ${milliseconds('t.block_time')}, 'state', t.state, 'inPayment', t.in_payment,
        'isUnwantedToken', ${isUnwantedTokenSql()},
        'reviews', array(
          select json_build_object('kind', r.kind, 'outcome', r.outcome) from review_item r
          where r.intent_id = i.id and r.transfer_id = t.id order by r.id))
      from (
        select * from token_transfer where intent_id = i.id
        order by in_payment desc, state = 'orphaned', amount_units desc, id limit ${MAX_TRANSFERS}) t
      order by t.block_time, t.chain_id, t.block_number, t.log_index, t.id),
    'refunded', array(
      select json_build_object('chainId', b.chain_id, 'token', b.token,
        'units', sum((b.amount_base_units + b.withheld_base_units) * div(b.amount_units, b.amount_base_units))::text)
      from send_back b where b.intent_id = i.id and b.state <> 'failed' group by b.chain_id, b.token),
    'surplus', array(
      select json_build_object('chainId', b.chain_id, 'token', b.token, 'units', sum(b.surplus_units)::text)
      from booking b where b.intent_id = i.id group by b.chain_id, b.token),
    'heads', array(select json_build_object('chainId', c.chain_id, 'head', c.head_number::text) from chain_cursor c),
    'minimumConfirmations', s.minimum_confirmations
  )::text as reading
  from checkout_intent i join store s on s.id = i.store_id where i.id = any($1::text[])`;

const inUnits = ({ units, ...of }: Raw<TokenAmount, 'units'>): TokenAmount => ({ ...of, units: unitsOf(units) });

interface Row {
  id: IntentId;
  reading: string;
}

/** Null when the store has no such order. */
export const readReceivedMoney = async (
  sql: Sql,
  storeId: string,
  intentId: IntentId,
): Promise<ReceivedMoney | null> => {
  const { rows } = await sql.query<Row>({
    name: 'intent-received-of-store',
    text: `${READ} and i.store_id = $2`,
    values: [[intentId], storeId],
  });
  return rows[0] ? parse(rows[0].reading) : null;
};

/** The same of many orders, of any store. */
export const readReceivedMoneyOf = async (
  sql: Sql,
  intentIds: readonly IntentId[],
): Promise<ReadonlyMap<IntentId, ReceivedMoney>> => {
  const { rows } = await sql.query<Row>({ name: 'intents-received', text: READ, values: [intentIds] });
  return new Map(rows.map(({ id, reading }) => [id, parse(reading)]));
};

const parse = (text: string): ReceivedMoney => {
  const { order, transfers, refunded, surplus, heads, minimumConfirmations } = JSON.parse(text) as Reading;
  return {
    order: { ...order, requiredUnits: unitsOf(order.requiredUnits) },
    transfers: transfers.map((transfer) => ({
      ...transfer,
      amountUnits: unitsOf(transfer.amountUnits),
      blockNumber: BigInt(transfer.blockNumber),
    })),
    refunded: refunded.map(inUnits),
    surplus: surplus.map(inUnits),
    heads: new Map(heads.map(({ chainId, head }) => [chainId, BigInt(head)])),
    minimumConfirmations: minimumConfirmations ?? {},
  };
};
