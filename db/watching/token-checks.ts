// What the contracts of our tokens said, and the transfers that wait because one does not fit (domain/token-check.ts).
import type { Address } from '#domain/address.ts';
import type { TokenCheckResult } from '#domain/token-check.ts';
import { TokenCheck } from '../entities/token.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export interface RejectedToken {
  token: Address;
  trouble: string;
}

/** SQL: the token of the transfer `t` is not credited now. */
export const IS_REJECTED_TOKEN = `exists (
  select from token_check k where k.chain_id = t.chain_id and k.token = t.token and k.trouble is not null)`;

/** SQL: money for the intent `i` on the chain `c` is found but not credited yet. */
export const HAS_HELD_MONEY =
  'exists (select from held_transfer h where h.intent_id = i.id and h.chain_id = c.chain_id)';

export const createTokenChecks = (entityManager: Em) => ({
  async rejectedTokens(chainId: number): Promise<RejectedToken[]> {
    const rows = await entityManager.fork().find(TokenCheck, { chainId, trouble: { $ne: null } });
    return rows.map(({ token, trouble }) => ({ token, trouble: trouble ?? '' }));
  },

  async saveTokenChecks(
    chainId: number,
    results: readonly TokenCheckResult[],
  ): Promise<ReadonlyMap<Address, { symbol: string | null }>> {
    return await entityManager.fork().transactional(async (em) => {
      const before = await em.find(TokenCheck, { chainId });
      await em.execute(
        `insert into token_check (chain_id, token, decimals, symbol, trouble)
         select ?, r.* from jsonb_to_recordset(?::jsonb) as r(token text, decimals int, symbol text, trouble text)
         on conflict (chain_id, token) do update set decimals = excluded.decimals, symbol = excluded.symbol,
           trouble = excluded.trouble, checked_at = now()`,
        [chainId, JSON.stringify(results)],
      );
      await em.execute(
        `insert into block_recheck (chain_id, tx_hash, block_number)
         select t.chain_id, t.tx_hash, max(t.block_number) from held_transfer t
         where t.chain_id = ? and not ${IS_REJECTED_TOKEN} group by t.chain_id, t.tx_hash
         on conflict (chain_id, tx_hash) do update set block_number = excluded.block_number, requested_at = now(), done_at = null
         where block_recheck.done_at is not null`,
        [chainId],
      );
      return new Map(before.map(({ token, symbol }) => [token, { symbol: symbol ?? null }]));
    });
  },
});

export type TokenCheckRow = Awaited<ReturnType<typeof listTokenChecks>>[number];

/** Every token that was checked, with the number of transfers that are held because of it. */
export const listTokenChecks = (em: Em) =>
  kyselyOf(em)
    .selectFrom('TokenCheck as k')
    .select(['k.chainId', 'k.token', 'k.decimals', 'k.symbol', 'k.trouble', 'k.checkedAt'])
    .select((eb) =>
      eb
        .selectFrom('HeldTransfer as h')
        .select((count) => count.cast<number>(count.fn.countAll(), 'integer').as('held'))
        .whereRef('h.chainId', '=', 'k.chainId')
        .whereRef('h.token', '=', 'k.token')
        .as('held'),
    )
    .orderBy('k.chainId')
    .orderBy('k.token')
    .execute();
