// Orders through a cluster, as many in flight as asked for: each is created over the API, its page opened, paid on-chain, and followed in the
// database until it is confirmed and its e-mails are sent. Then the next one begins.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Agent, request } from 'undici';
import { developmentAccount, fillDevelopmentWallet, sendFromNode } from '#chain/local/local-transfer.ts';
import { openOrm } from '#db/orm.ts';
import type { Address } from '#domain/address.ts';
import { type Chain, chainById, tokenOf } from '#domain/chains.ts';
import { transferCalldata } from '#domain/erc20.ts';
import { toBaseUnitsCeil, unitsOf } from '#domain/money.ts';
import { thisMachine } from '#scripts/cluster/edge-client.ts';
import { openStore } from '#scripts/cluster/shop.ts';
import type { Cluster } from '#scripts/cluster/start.ts';
import { type AllScaleClient, AllScaleUnreachableError } from '#sdk/src/index.ts';

const COIN = 1;
const AMOUNT_CENTS = 1234;
const STORES = 4;
const POLL_MS = 500;
const ATTEMPTS = 60;
/** Each page view comes from an address of its own, as shoppers do. */
const VISITORS = 200;

const COMPLETE = `
  select i.id from checkout_intent i
  where i.id = any($1::text[]) and i.status = 20
    and not exists (select 1 from email_message e where e.intent_id = i.id and e.state = 'pending')`;

export interface ClusterLoad {
  /** Orders that are confirmed and whose e-mails are sent. */
  complete(): number;
  /** Requests that were made again, because no web server responded. */
  repeated(): number;
  /** Ends the load. @returns the ids of all orders, when the last one is complete */
  finish(): Promise<string[]>;
}

export const startClusterLoad = async (cluster: Cluster, inFlight: number): Promise<ClusterLoad> => {
  const [node] = cluster.chains;
  if (!node) throw new Error('the cluster has no chain');
  const chain = chainById(node.chainId);
  await fillDevelopmentWallet(node.rpcUrl, chain);
  const pool = new pg.Pool({ connectionString: cluster.applicationUrl, max: 4 });
  const clients = await openStores(cluster);
  const pay = await openPayer(pool, chain, node.rpcUrl);
  const visit = openVisitor(cluster);
  const open = new Map<string, () => void>();
  const ids: string[] = [];
  let repeated = 0;
  let stopping = false;
  let complete = 0;

  /** As shops and browsers do while the balancer has no server that responds. */
  const persistently = async <T>(act: () => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof AllScaleUnreachableError) || attempt === ATTEMPTS) throw error;
        repeated += 1;
        await delay(POLL_MS);
      }
    }
  };

  const lane = async (client: AllScaleClient, name: string): Promise<void> => {
    for (let number = 1; !stopping; number += 1) {
      const idempotencyKey = `${name}-${number}`;
      const order = { stable_coin: COIN, amount_cents: AMOUNT_CENTS, order_id: idempotencyKey } as const;
      const created = await persistently(() => client.createCheckout(order, { idempotencyKey }));
      const id = created.allscale_checkout_intent_id;
      ids.push(id);
      await persistently(() => visit(id));
      const done = new Promise<void>((resolve) => open.set(id, resolve));
      await pay(id);
      await done;
      complete += 1;
    }
  };
  const lanes = Promise.all(
    Array.from({ length: inFlight }, (_, index) => lane(clients[index % STORES] as AllScaleClient, `lane-${index}`)),
  );
  // Reported by `finish`, and no unhandled rejection until then.
  lanes.catch(() => {});
  let lanesEnded = false;
  const watching = (async () => {
    while (!lanesEnded) {
      const { rows } = await pool.query<{ id: string }>(COMPLETE, [[...open.keys()]]);
      for (const { id } of rows) {
        open.get(id)?.();
        open.delete(id);
      }
      await delay(POLL_MS);
    }
  })();
  watching.catch(() => {});

  return {
    complete: () => complete,
    repeated: () => repeated,
    async finish() {
      stopping = true;
      try {
        await Promise.race([lanes, watching]);
      } finally {
        lanesEnded = true;
        await watching.catch(() => {});
        await Promise.all([pool.end(), visit.close()]);
      }
      return ids;
    },
  };
};

/** Production refuses webhooks to this machine, so the stores have none. */
const openStores = async (cluster: Cluster): Promise<AllScaleClient[]> => {
  const orm = await openOrm({ databaseUrl: cluster.applicationUrl, poolSize: 2 });
  try {
    const clients: AllScaleClient[] = [];
    for (let number = 1; number <= STORES; number += 1) {
      clients.push((await openStore(orm.em.fork(), cluster, `Load ${number}`)).client);
    }
    return clients;
  } finally {
    await orm.close();
  }
};

type Payer = (intentId: string) => Promise<void>;

/** One transfer at a time: the node numbers them. */
const openPayer = async (pool: pg.Pool, chain: Chain, rpcUrl: string): Promise<Payer> => {
  const token = tokenOf(chain, COIN);
  if (!token) throw new Error(`${chain.name} has no coin ${COIN}`);
  const from = await developmentAccount(rpcUrl);
  let last: Promise<unknown> = Promise.resolve();
  return async (intentId) => {
    const { rows } = await pool.query<{ deposit_address: Address; amount_units: string }>(
      'select deposit_address, amount_units from checkout_intent where id = $1',
      [intentId],
    );
    const [order] = rows;
    if (!order) throw new Error(`there is no order ${intentId}`);
    const amount = toBaseUnitsCeil(unitsOf(order.amount_units), token.decimals);
    const data = transferCalldata(order.deposit_address, amount);
    const sent = last.then(() => sendFromNode(rpcUrl, { from, to: token.address, data }));
    last = sent.catch(() => {});
    await sent;
  };
};

/** Opens the checkout page of an order. Throws unless it is there. */
const openVisitor = ({ publicUrl, edgeAuthority }: Cluster) => {
  const agents = Array.from(
    { length: VISITORS },
    (_, index) =>
      new Agent({ connect: { ca: edgeAuthority, lookup: thisMachine, localAddress: `127.0.1.${index + 1}` } }),
  );
  let turn = 0;
  const visit = async (intentId: string): Promise<void> => {
    const dispatcher = agents[turn++ % VISITORS] as Agent;
    const { statusCode, body } = await request(`${publicUrl}/checkout/${intentId}`, { dispatcher });
    await body.dump();
    if (statusCode === 503) throw new AllScaleUnreachableError('the page was not served');
    if (statusCode !== 200) throw new Error(`the page of the order ${intentId} responded with ${statusCode}`);
  };
  return Object.assign(visit, { close: () => Promise.all(agents.map((agent) => agent.close())) });
};
