// Carries out one operation of a history.

import { changeIntent } from '#db/intents/change-intent.ts';
import { recordDeniedPayer } from '#db/intents/denied-payers.ts';
import { requestRecheck } from '#db/intents/payment-claims.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import type { Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import { TransitionError, UserError } from '#domain/errors.ts';
import { IntentStatus } from '#domain/status.ts';
import { type Fate, hashOf } from '../chain/chain.ts';
import { FACTORY, type SimLog, settle, transfer } from '../chain/contracts.ts';
import type { ChainIndex, Operation } from '../operations.ts';
import { readDays } from './days.ts';
import { newOrder, payerOf, sendCreate } from './orders.ts';
import { followMoney, refund, sendAgain, sendPrepared, withdraw } from './refunding.ts';
import { EARLIER_BLOCKS, watch } from './system.ts';
import { type TrueOrder, type TrueToken, transfersOf, unitsPerBase } from './truth.ts';
import { mine, noteHead, passTime, type World } from './world.ts';

type Of<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>;

/** The actor of a decision: an operator may decide on everything. */
export const OPERATOR = { kind: 'operator', id: 'simulator', email: null } as const;

const orderOf = ({ truth }: World, name: number): TrueOrder | undefined =>
  truth.orders.find((order) => order.name === name);

const tokenOf = ({ truth, chains }: World, index: ChainIndex, coin: CoinId, bridged = false): TrueToken | undefined => {
  const own = truth.tokens.filter(
    ({ chainId, ...token }) => chainId === chains[index].sim.chain.id && token.coin === coin,
  );
  return own.find(({ isBridged }) => isBridged === bridged) ?? own[0];
};

const create = async (world: World, operation: Of<'create'>): Promise<void> => {
  const [first, second] = world.chains;
  const chainIds = [first.sim.chain.id, second.sim.chain.id] as const;
  const { intent, order } = newOrder(world.store, operation, chainIds, world.seed);
  world.truth.orders.push(order);
  const id = await sendCreate(world.database, world.store, intent, order.key);
  if (id !== order.id) world.faults.push(`6: create of ${order.id} gave ${id}`);
};

const createAgain = async (world: World, { order: name }: Of<'create_again'>): Promise<void> => {
  const order = orderOf(world, name);
  if (!order) return;
  const again: Of<'create'> = {
    ...{ kind: 'create', order: 1_000 + name, priceCents: 100, coins: [1], chains: [0], toleranceBps: 0, feeBps: 60 },
    ...{ minutes: 30, extensionMinutes: 0, bridged: false },
  };
  const [first, second] = world.chains;
  const { intent } = newOrder(world.store, again, [first.sim.chain.id, second.sim.chain.id], world.seed);
  const id = await sendCreate(world.database, world.store, intent, order.key);
  if (id !== order.id) world.faults.push(`6: the key of ${order.id} gave ${id}`);
};

const open = async (world: World, { order: name }: Of<'open'>): Promise<void> => {
  const order = orderOf(world, name);
  if (!order) return;
  for (const to of [IntentStatus.PAYING, IntentStatus.TEMP_WALLET_RECEIVED]) {
    try {
      await changeIntent(world.database.orm.em.fork(), { intentId: order.id, actor: 'page', to });
    } catch (error) {
      if (!(error instanceof TransitionError)) throw error;
    }
  }
};

const pay = (world: World, operation: Of<'pay'>): void => {
  const order = orderOf(world, operation.order);
  const token = tokenOf(world, operation.chain, operation.coin, operation.bridged);
  if (!order || !token) return;
  const amount = (order.priceUnits * BigInt(operation.share)) / 1000n / unitsPerBase(token) + BigInt(operation.extra);
  if (amount <= 0n) return;
  const from = payerOf(operation.payer);
  world.counts.payments += 1;
  const { sim } = world.chains[operation.chain];
  sim.submit({
    hash: hashOf('payment', world.seed, world.counts.payments, order.id, from, amount.toString()),
    nonce: null,
    run: (state) => ({ logs: [transfer(state, token.address, from, order.deposit, amount, true)], reverted: false }),
  });
};

const cancel = async (world: World, { order: name }: Of<'cancel'>): Promise<void> => {
  const order = orderOf(world, name);
  if (order && (await world.workflows.cancel(order.id))) order.isCanceled = true;
};

const deny = async (world: World, { order: name, payer }: Of<'deny'>): Promise<void> => {
  const order = orderOf(world, name);
  if (!order) return;
  await recordDeniedPayer(world.database.orm.em, order.id, payerOf(payer));
  order.isPayerDenied = true;
};

const claim = async (world: World, { order: name }: Of<'claim'>): Promise<void> => {
  const order = orderOf(world, name);
  for (const { chainId, txHash, blockNumber } of transfersOf(world.truth).filter((one) => one.order === order)) {
    await requestRecheck(world.database.orm.em.fork(), chainId, txHash, BigInt(blockNumber));
  }
};

const decide = async ({ database, truth }: World, { review, outcome }: Of<'decide'>): Promise<void> => {
  const open = await database.rows<{ id: string; intent: string }>(
    `select id::text, intent_id as intent from review_item where state = 'open' order by id`,
  );
  const chosen = open[review % Math.max(open.length, 1)];
  if (!chosen) return;
  try {
    await resolveReview(database.orm.em.fork(), {
      ...{ reviewItemId: chosen.id, outcome, reason: 'simulated', actor: OPERATOR },
    });
    for (const order of truth.orders) if (order.id === chosen.intent) order.isDecided = true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
};

const settleByOthers = (world: World, operation: Of<'settle'>): void => {
  const order = orderOf(world, operation.order);
  const token = tokenOf(world, operation.chain, operation.coin);
  if (!order || !token) return;
  order.isSettledByOthers = true;
  const { sim } = world.chains[operation.chain];
  sim.submit({
    hash: hashOf('settle', world.seed, world.counts.operations, order.id),
    nonce: null,
    run: (state) => settle(state, order, token.address),
  });
};

const FATES: readonly Fate[] = ['kept', 'kept', 'dropped', 'later'];

/** Payments and refunds vanish from removed blocks, or come back in another one; in some histories settlements too. */
const reorganise = (world: World, { chain, depth, fates, settlements }: Of<'reorganise'>): void => {
  const { sim } = world.chains[chain];
  const { confirmation, local } = sim.chain;
  const least = Math.min(...confirmation.tiers.map(({ need }) => (need.kind === 'depth' ? need.blocks : Infinity)));
  const wanted = Math.min(depth, local ? depth : sim.lag.safe - 2, EARLIER_BLOCKS - 2);
  const lowest = sim.blocks.length - wanted;
  const touched = transfersOf(world.truth).filter((one) => one.chainId === sim.chain.id && one.blockNumber >= lowest);
  for (const { order } of touched) {
    order.isReorganised = true;
    if (wanted >= least) order.isUndone = true;
  }
  const movable = new Set<Hex>([...touched.map(({ txHash }) => txHash), ...movableRefunds(world, chain, lowest)]);
  sim.reorganise(wanted, world.clock.now(), ({ hash }, index) =>
    settlements || movable.has(hash) ? (FATES[(fates >> ((index % 12) * 2)) & 3] ?? 'kept') : 'kept',
  );
  noteHead(world, sim);
  world.counts.reorganisations += 1;
};

const movableRefunds = ({ truth, chains }: World, chain: ChainIndex, lowest: number): Hex[] => {
  const mined = chains[chain].sim.blocks.slice(lowest).flatMap(({ txs }) => txs);
  const isSettling = mined.some(({ tx, logs }) => !truth.releases.has(tx.hash) && logs.some(isFactoryLog));
  const sent = new Set(truth.prepared.map(({ txHash }) => txHash));
  return mined.map(({ tx }) => tx.hash).filter((hash) => sent.has(hash) || (truth.releases.has(hash) && !isSettling));
};

const isFactoryLog = ({ address }: SimLog): boolean => address === FACTORY.toLowerCase();

const confirmations = async ({ database, store, chains }: World, { chain, blocks }: Of<'confirmations'>) => {
  await database.rows(
    `update store set minimum_confirmations = coalesce(minimum_confirmations, '{}') || jsonb_build_object($2::text, $3::int)
     where id = $1`,
    [store.storeId, String(chains[chain].sim.chain.id), blocks],
  );
};

const lie = ({ chains, truth }: World, { chain, node, lie: kind }: Of<'lie'>): void => {
  const { nodes, sim } = chains[chain];
  if (kind === 'partial_logs') truth.hidden.add(sim.chain.id);
  // Two liars at once can deceive anybody (chain/README.md).
  for (const one of nodes) one.lie(null);
  nodes[node].lie(kind);
};

const relay = ({ chains }: World, index: ChainIndex): Promise<void> => chains[index].relaying.step();

/** What the database does not see. */
const ONLY_OUTSIDE: ReadonlySet<Operation['kind']> = new Set([
  'pay',
  'send_prepared',
  'send_again',
  'mine',
  'wait',
  'skew',
  'settle',
  'reorganise',
  'lie',
]);

export const apply = async (world: World, operation: Operation): Promise<void> => {
  world.counts.operations += 1;
  // Two operations never happen in the same moment.
  if (ONLY_OUTSIDE.has(operation.kind)) world.clock.advance(7);
  else await passTime(world, 7);
  switch (operation.kind) {
    case 'create':
      return await create(world, operation);
    case 'create_again':
      return await createAgain(world, operation);
    case 'open':
      return await open(world, operation);
    case 'pay':
      return pay(world, operation);
    case 'cancel':
      return await cancel(world, operation);
    case 'deny':
      return await deny(world, operation);
    case 'claim':
      return await claim(world, operation);
    case 'decide':
      return await decide(world, operation);
    case 'refund':
      return await refund(world, operation);
    case 'withdraw':
      return await withdraw(world, operation);
    case 'send_prepared':
      return sendPrepared(world, operation);
    case 'send_again':
      return sendAgain(world, operation);
    case 'follow_refunds':
      return await followMoney(world);
    case 'mine':
      return mine(world, operation.chain, operation.blocks);
    case 'wait':
      return world.clock.advance(operation.seconds * 1000);
    case 'skew':
      return world.clock.skew(operation.seconds * 1000);
    case 'watch':
      for (let step = 0; step < operation.steps; step += 1) await watch(world.chains[operation.chain].watching);
      return;
    case 'work':
      await world.workflows.run(operation.leave);
      return;
    case 'relay':
      return await relay(world, operation.chain);
    case 'settle':
      return settleByOthers(world, operation);
    case 'reorganise':
      return reorganise(world, operation);
    case 'lie':
      return lie(world, operation);
    case 'confirmations':
      return await confirmations(world, operation);
    case 'time_zone':
      await world.database.rows('update store set time_zone = $2 where id = $1', [world.store.storeId, operation.zone]);
      return;
    case 'report':
      return await readDays(world);
  }
};

/** A settlement that vanished is found missing, sent again, mined, and recorded: a round each, where one is open. */
const [LEAST_ROUNDS, MOST_ROUNDS] = [3, 6];

const isSettling = async ({ database }: World): Promise<boolean> =>
  (await database.rows(`select 1 from settlement where state in ('pending', 'sending') or is_short limit 1`)).length >
  0;

/** Everybody is honest, the clocks are right, and everything that waits gets its turn, until nothing is left to do. */
export const settleDown = async (world: World): Promise<void> => {
  world.clock.skew(0);
  for (const { nodes } of world.chains) for (const node of nodes) node.lie(null);
  for (let round = 0; round < LEAST_ROUNDS || (round < MOST_ROUNDS && (await isSettling(world))); round += 1) {
    world.clock.advance(2 * 3_600_000);
    for (const index of [0, 1] as const) {
      mine(world, index, 45);
      await passTime(world, 7);
      const { watching, sim } = world.chains[index];
      for (let step = 0; step < 6; step += 1) {
        await watch(watching);
        if (watching.session.state.position.cursor.hash === sim.head().hash) break;
        await passTime(world, 31_000);
      }
    }
    await world.workflows.run(0);
    for (const index of [0, 1] as const) await relay(world, index);
    await followMoney(world);
  }
};
