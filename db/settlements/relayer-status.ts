// The relayers' state as the console shows it: nonces, transactions in flight, and settlements that wait.
import type { ExpressionBuilder } from 'kysely';
import { sql } from 'kysely';
import { countRows, isAhead, secondsSince } from '../expressions.ts';
import { kyselyOf, type Tables } from '../kysely.ts';
import type { Em } from '../orm.ts';

export type RelayerStatus = Awaited<ReturnType<typeof listRelayerStatus>>[number];

/** One row for each relayer's account. */
export const listRelayerStatus = async (em: Em) => {
  const rows = await kyselyOf(em)
    .selectFrom('RelayerAccount as a')
    .innerJoinLateral(
      (eb) => inFlight(eb).as('f'),
      (join) => join.onTrue(),
    )
    .select(['a.chainId', 'a.address', 'a.nextNonce', 'a.leaseOwner', 'a.trouble'])
    .select(['f.inFlight', 'f.oldestSeconds', 'f.lowestNonce'])
    .select((eb) => [isAhead(eb.ref('a.leaseUntil')).as('leaseHeld'), waiting(eb).$asScalar().$notNull().as('waiting')])
    .orderBy('a.chainId')
    .orderBy('a.address')
    .execute();
  return rows.map(({ lowestNonce, ...row }) => ({
    ...row,
    lowestNonce: lowestNonce === null ? null : BigInt(lowestNonce),
  }));
};

type OfAccount = ExpressionBuilder<Tables & { a: Tables['RelayerAccount'] }, 'a'>;

/** Transactions that are signed or sent and not mined, several attempts of one nonce counted once. */
const inFlight = (eb: OfAccount) =>
  eb
    .selectFrom('RelayerTx as x')
    .select(({ ref, fn }) => [
      sql<number>`count(distinct ${ref('x.nonce')})::int`.as('inFlight'),
      sql<string | null>`min(${ref('x.nonce')})`.as('lowestNonce'),
      secondsSince(fn.min<Date | null>('x.createdAt')).as('oldestSeconds'),
    ])
    .whereRef('x.chainId', '=', 'a.chainId')
    .whereRef('x.relayer', '=', 'a.address')
    .where('x.state', 'in', ['signed', 'sent']);

/** Settlements that wait or are being sent. */
const waiting = (eb: OfAccount) =>
  eb
    .selectFrom('Settlement as s')
    .select(countRows().as('waiting'))
    .whereRef('s.chainId', '=', 'a.chainId')
    .where('s.state', 'in', ['pending', 'sending']);
