// Which stored transfers a step confirms: their rule is met, and where money of this size needs two providers, another one has vouched for
// them (decision 0112).
import type { Address } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { confirmationNeed, isConfirmed, tierUnits } from '#domain/confirmations.ts';
import { baseUnitsOf, unitsOf } from '#domain/money.ts';
import { type TransferFacts, transferKey, type UnvouchedTransfer, type WatchStep } from '#domain/observed-blocks.ts';
import type { Sql } from '../pool.ts';
import { IS_REJECTED_TOKEN } from './token-checks.ts';
import type { TransferRow } from './transfer-effects.ts';

export interface Ripe {
  /** Whose confirmation rule is met now, and that providers have vouched for. */
  ripe: TransferRow[];
  denied: TransferRow[];
  unvouched: UnvouchedTransfer[];
  /** The intents of those that go on waiting. */
  waiting: string[];
  isTagAwaited: boolean;
}

type SeenRow = TransferRow & {
  to_address: Address;
  amount_base_units: string;
  minimum: number | null;
  price: string;
};

/** What becomes of the stored transfers that are not confirmed. */
export const findRipe = async (
  sql: Sql,
  { chainId, heights, vouched, denied, twoProvidersFrom }: WatchStep,
  doomed: ReadonlySet<string>,
): Promise<Ripe> => {
  const { confirmation } = chainById(chainId);
  const { rows } = await sql.query<SeenRow>({
    name: 'watch-ripe',
    text: `select t.id, t.intent_id, t.chain_id, t.block_number, t.block_hash, t.tx_hash, t.log_index, t.token, t.coin, t.amount_units,
       t.from_address, t.to_address, t.amount_base_units::text as amount_base_units, t.state, i.amount_units::text as price,
       (s.minimum_confirmations ->> $1::text)::int as minimum
     from token_transfer t join checkout_intent i on i.id = t.intent_id join store s on s.id = i.store_id
     where t.chain_id = $2 and t.state = 'seen' and not ${IS_REJECTED_TOKEN}`,
    values: [String(chainId), chainId],
  });
  const live = rows.filter(({ id }) => !doomed.has(id));
  const sizeOf = (row: SeenRow) => tierUnits(unitsOf(row.amount_units), unitsOf(row.price));
  const needsOf = (row: SeenRow) => confirmationNeed(confirmation, sizeOf(row), row.minimum);
  const met = live.filter((row) => isConfirmed(needsOf(row), BigInt(row.block_number), heights));
  const parts = Map.groupBy(met, (row) => {
    if (sizeOf(row) < twoProvidersFrom) return 'ripe';
    const key = transferKey(factsOf(row));
    if (denied.has(key)) return 'denied';
    return vouched.has(key) ? 'ripe' : 'unvouched';
  });
  const [ripe = [], gone = [], unvouched = []] = [parts.get('ripe'), parts.get('denied'), parts.get('unvouched')];
  const done = new Set([...ripe, ...gone].map(({ id }) => id));
  const left = live.filter(({ id }) => !done.has(id));
  return {
    ripe,
    denied: gone,
    unvouched: unvouched.map((row) => ({
      ...factsOf(row),
      blockNumber: BigInt(row.block_number),
      needs: needsOf(row),
    })),
    waiting: [...new Set(left.map(({ intent_id }) => intent_id))],
    isTagAwaited: left.some((row) => needsOf(row).some(({ kind }) => kind === 'tag')),
  };
};

const factsOf = (row: SeenRow): TransferFacts => ({
  blockHash: row.block_hash,
  txHash: row.tx_hash,
  logIndex: row.log_index,
  token: row.token,
  from: row.from_address,
  to: row.to_address,
  amountBaseUnits: baseUnitsOf(row.amount_base_units),
});
