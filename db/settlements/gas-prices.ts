// Samples of what gas costs on each network, for what is usual (decision 0100).
import { sql } from 'kysely';
import { type Wei, weiOf } from '#domain/money.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { secondsAgo } from '../sql.ts';

const DAY_SECONDS = 86_400;
const KEPT_SECONDS = 7 * DAY_SECONDS;
/** Two hours: fewer samples say too little about what is usual. */
const ENOUGH = 12;

const slotNow = sql<Date>`date_bin('10 minutes', now(), timestamptz 'epoch')`;

export const createGasPrices = (entityManager: Em) => ({
  async noteGasPrice(chainId: number, price: Wei): Promise<void> {
    const db = kyselyOf(entityManager.fork());
    await db
      .insertInto('GasPrice')
      .values({ chainId, slot: slotNow, price })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await db
      .deleteFrom('GasPrice')
      .where('chainId', '=', chainId)
      .where('slot', '<', secondsAgo(KEPT_SECONDS))
      .execute();
  },

  async usualGasPrice(chainId: number): Promise<Wei | null> {
    const { median, samples } = await kyselyOf(entityManager.fork())
      .selectFrom('GasPrice')
      .select(({ fn, ref }) => [
        sql<string | null>`(percentile_disc(0.5) within group (order by ${ref('price')}))::text`.as('median'),
        fn.countAll<string>().as('samples'),
      ])
      .where('chainId', '=', chainId)
      .where('slot', '>=', secondsAgo(DAY_SECONDS))
      .executeTakeFirstOrThrow();
    return median === null || Number(samples) < ENOUGH ? null : weiOf(median);
  },
});
