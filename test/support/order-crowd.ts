// Many orders of one shop at once: created over the API, paid on the local chains, and checked at the end: each paid, told and settled
// once.
import pg from 'pg';
import { expect } from 'vitest';
import { payFromDevelopmentWallet } from '#chain/local/local-transfer.ts';
import type { Address } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import { parseBaseUnits } from '#domain/money.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import type { RunningSystem } from './running-system.ts';
import type { Shop } from './shop.ts';

const AT_ONCE = 8;
const CHAINS = [31337, 31338] as const;
const COINS = [1, 2] as const;

export interface OrderCrowd {
  /** Creates so many orders, with prices of their own. @returns their ids */
  create(count: number): Promise<string[]>;
  /** Pays each of these orders in full, by turns on both chains and in both coins. */
  pay(ids: readonly string[]): Promise<void>;
  /** Orders whose webhook has arrived. */
  told(): number;
  /** Waits until every order is confirmed, told, mailed and settled; then checks that each of it happened once. */
  expectEachOnce(timeoutMs: number): Promise<void>;
}

/** @param system the system that runs now: an upgrade replaces it */
export const orderCrowd = async (system: () => RunningSystem, shop: Shop): Promise<OrderCrowd> => {
  const all: string[] = [];
  const prices = new Map<string, string>();

  const query = async <Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: String(system().env.DATABASE_URL) });
    client.on('error', () => {}); // Postgres may be the part that is killed.
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  };

  const idsTold = (): Map<string, Set<string>> => {
    const told = new Map<string, Set<string>>();
    for (const { body, webhookId } of shop.receiver.received) {
      const id = String(body.all_scale_checkout_intent_id);
      told.set(id, (told.get(id) ?? new Set()).add(webhookId));
    }
    return told;
  };

  // The command that makes a store gives it no owner, who would get the e-mails.
  await query(`update store set notification_emails = '{orders@crowd.example}' where id = $1`, [shop.storeId]);

  return {
    async create(count) {
      const first = all.length;
      const numbers = Array.from({ length: count }, (_, index) => first + index);
      const left = [...numbers];
      const createSome = async (): Promise<void> => {
        for (let number = left.shift(); number !== undefined; number = left.shift()) {
          const order = `crowd-${number}`;
          const details = {
            stable_coin: 1,
            accepted_stable_coins: COINS,
            amount_cents: 100 + number,
            order_id: order,
          };
          // A process that is killed does not respond: with the same key, a second try makes no second order.
          const { allscale_checkout_intent_id: id, amount_coins } = await waitFor(() => shop.create(details, order), {
            what: `order ${number}`,
            timeoutMs: 120_000,
            intervalMs: 200,
          });
          all[number] = id;
          prices.set(id, amount_coins);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, createSome));
      return all.slice(first);
    },

    async pay(ids) {
      const rows = await waitFor(
        () =>
          query<{ id: string; address: Address }>(
            'select id, deposit_address address from checkout_intent where id = any($1) order by id',
            [ids],
          ),
        { what: 'the orders to pay', timeoutMs: 60_000 },
      );
      for (const [index, { id, address }] of rows.entries()) {
        const chain = chainById(CHAINS[index % CHAINS.length] ?? CHAINS[0]);
        const coin = COINS[Math.floor(index / CHAINS.length) % COINS.length] ?? COINS[0];
        const token = tokenOf(chain, coin);
        const amountBaseUnits = token && parseBaseUnits(prices.get(id) ?? '', token.decimals);
        if (!amountBaseUnits) throw new Error(`${chain.name} lacks a coin, or ${id} a price`);
        await payFromDevelopmentWallet({
          rpcUrl: String(system().env[`RPC_URLS_${chain.id}`]),
          chain,
          coin,
          to: address,
          amountBaseUnits,
        });
      }
    },

    told: () => idsTold().size,

    async expectEachOnce(timeoutMs) {
      const unfinished = async (): Promise<{ id: string; status: number }[]> =>
        await query(
          `select i.id, i.status from checkout_intent i where i.id = any($1) and not (i.status = 20
             and exists (select from settlement s where s.intent_id = i.id)
             and not exists (select from settlement s where s.intent_id = i.id and s.state <> 'settled')
             and not exists (select from webhook_event w where w.intent_id = i.id and w.state <> 'delivered')
             and not exists (select from email_message e where e.intent_id = i.id and e.state <> 'sent'))`,
          [all],
        );
      await waitFor(async () => (await unfinished()).length === 0, {
        what: `all of ${all.length} orders confirmed, told, mailed and settled`,
        timeoutMs,
        intervalMs: 500,
      }).catch(async (error: Error) => {
        throw new Error(`${error.message}: ${JSON.stringify((await unfinished()).slice(0, 5))}`, { cause: error });
      });
      const counts = await query(
        `select (select count(*) from webhook_event w where w.intent_id = i.id)::int webhooks,
           (select count(*) from timeline_event t where t.intent_id = i.id and t.status_to = 20)::int confirmations,
           (select count(*) from settlement s where s.intent_id = i.id)::int settlements,
           (select array_agg(e.kind order by e.kind) from email_message e where e.intent_id = i.id) emails,
           (select count(*) from email_message e where e.intent_id = i.id
              and not exists (select from mailbox_message m where m.id = e.id))::int unmailed
         from checkout_intent i where i.id = any($1)`,
        [all],
      );
      const once = {
        webhooks: 1,
        confirmations: 1,
        settlements: 1,
        emails: ['order_created', 'order_paid'],
        unmailed: 0,
      };
      expect(counts).toEqual(all.map(() => once));
      const told = idsTold();
      expect(all.map((id) => told.get(id)?.size)).toEqual(all.map(() => 1));
      expect(shop.receiver.received.every(({ isSignatureRight }) => isSignatureRight)).toBe(true);
      // Money that arrived twice, or went out twice, would not add up.
      expect(await system().admin('books', 'verify', '--store', shop.storeId)).toMatchObject({
        ok: true,
        unexplained: 0,
      });
    },
  };
};
