// Makes the history of a seed: a few orders, and what merchants, shoppers, strangers, nodes and clocks do to them.
import type { CoinId } from '#domain/coins.ts';
import { LIES } from './chain/node.ts';
import type { ChainIndex, History, Operation } from './operations.ts';
import { createRandom, type Random } from './random.ts';

/** Pairs of chains: by depth, by `safe` above 1,000 coins, by `finalized`; 6 and 18 decimals; local ones may be reset. */
const CHAIN_PAIRS = [
  [31337, 31338],
  [31337, 31338],
  [56, 8453],
  [137, 56],
  [8453, 31338],
  [31337, 137],
] as const;
const ZONES = ['UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'];
/** A usual evening, both days on which Berlin's clocks change, and the end of January. */
const STARTS = ['2026-05-12T20:10:00Z', '2026-03-28T22:40:00Z', '2026-10-24T22:40:00Z', '2026-01-31T23:20:00Z'].map(
  (at) => Date.parse(at),
);
const COINS: readonly CoinId[][] = [[1], [2], [1, 2], [1, 2], [1, 2]];
const PRICES = [11, 100, 500, 1_000, 1_000, 1_999, 12_345, 99_999, 150_000, 700_001];
/** The last payer is on the deny list. */
export const PAYERS = 6;
export const DENIED_PAYER = PAYERS - 1;

export const generate = (seed: number): History => {
  const random = createRandom(seed);
  const chainIds = random.pick(CHAIN_PAIRS);
  const startAt = random.pick(STARTS) + random.below(3_600_000);
  const timeZone = random.pick(ZONES);
  const operations: Operation[] = [];
  const orders = 2 + random.below(4);
  for (let order = 0; order < orders; order += 1) operations.push(create(random, order));
  const length = 18 + random.below(36);
  for (let step = 0; step < length; step += 1) operations.push(...next(random, orders));
  // Numbers of its own, so that the rest of a seed's history stays as it was before transfers could be withdrawn.
  const withTransfers = addTransfers(createRandom(seed + TRANSFERS), operations, orders);
  const removals = createRandom(seed + REMOVALS);
  const withRemovals = addStories(removals, withTransfers, { most: 3, start: 2 }, () =>
    removalStory(removals, removals.below(orders), chainIds),
  );
  const settlements = createRandom(seed + SETTLEMENTS);
  const all = addStories(settlements, withRemovals, { most: 2, start: 3 }, () =>
    settlementStory(settlements, settlements.below(orders), chainIds),
  );
  return { seed, chainIds: [chainIds[0], chainIds[1]], startAt, timeZone, operations: all };
};

const REMOVALS = 0x5eed_1000;

/** Blocks that confirm a refund on each kind of chain, by depth; on chains that confirm by a tag no reorganisation undoes one. */
const DEPTHS: Readonly<Record<number, number>> = { 31337: 3, 31338: 3, 56: 16 };

/** Puts up to `most` stories into the history, none in the first `1 / start` of it. */
const addStories = (
  random: Random,
  operations: readonly Operation[],
  { most, start }: { most: number; start: number },
  story: () => Operation[],
): Operation[] => {
  const all = [...operations];
  for (let times = random.below(most + 1); times > 0; times -= 1) {
    const at = Math.floor(all.length / start) + random.below(Math.ceil((all.length * (start - 1)) / start));
    all.splice(at, 0, ...story());
  }
  return all;
};

/** Refunds that are confirmed, and that a deeper reorganisation then removes or moves. */
const removalStory = (random: Random, order: number, chainIds: readonly [number, number]): Operation[] => {
  const story: Operation[] = [];
  for (let refunds = 1 + random.below(3); refunds > 0; refunds -= 1) {
    const isWallet = random.once(2);
    const [offer, share] = [random.below(3), random.pick([1_000, 300, 300])];
    story.push({ kind: 'refund', order, offer, share, isMined: true, ...(isWallet ? { fromWallet: true } : {}) });
  }
  const chain = chainOf(random);
  const depth = DEPTHS[chainIds[chain]] ?? 9;
  const follow: Operation = { kind: 'follow_refunds' };
  story.push({ kind: 'mine', chain, blocks: depth }, follow);
  if (random.once(4)) story.push({ kind: 'report' });
  story.push({ kind: 'reorganise', chain, depth: depth + random.below(2), fates: random.below(0x1_000_000) });
  if (random.once(2)) story.push({ kind: 'watch', chain, steps: 1 }, { kind: 'work', leave: 0 });
  story.push({ kind: 'mine', chain, blocks: random.pick([1, depth]) }, follow);
  if (random.once(3)) story.push({ kind: 'wait', seconds: 93_600 });
  if (random.once(2)) story.push({ kind: 'send_again', prepared: random.below(3) });
  if (random.once(2)) story.push({ kind: 'mine', chain, blocks: depth }, follow);
  return story;
};

const SETTLEMENTS = 0x5eed_2000;

/** Settlements that are recorded, and that a deeper reorganisation then removes, moves or lets pay another amount. */
const settlementStory = (random: Random, order: number, chainIds: readonly [number, number]): Operation[] => {
  const [chain, coin] = [chainOf(random), coinOf(random)];
  const depth = DEPTHS[chainIds[chain]] ?? 9;
  const confirmed: Operation[] = [
    { kind: 'mine', chain, blocks: depth },
    { kind: 'watch', chain, steps: 2 },
    { kind: 'work', leave: 0 },
  ];
  const paid = (share: number): Operation => ({
    ...{ kind: 'pay', order, chain, coin, bridged: false, payer: random.below(PAYERS - 1), share, extra: 0 },
  });
  const byOthers: Operation = { kind: 'settle', order, chain, coin };
  const relayed: Operation[] = [
    { kind: 'relay', chain },
    { kind: 'mine', chain, blocks: depth },
    { kind: 'relay', chain },
  ];
  const story: Operation[] = [paid(1_000), ...confirmed];
  // Somebody else settles, maybe before more money comes.
  if (random.once(3)) story.push(byOthers, ...(random.once(2) ? [paid(300)] : []));
  story.push(...relayed);
  if (random.once(3))
    story.push(paid(random.pick([1_000, 200])), ...confirmed, { kind: 'decide', review: 0, outcome: 'accepted' });
  if (random.once(2)) story.push({ kind: 'work', leave: 0 }, ...relayed);
  story.push({ kind: 'follow_refunds' });
  const fates = random.below(0x1_000_000);
  story.push({ kind: 'reorganise', chain, depth: depth + random.below(depth), fates, settlements: true });
  if (random.once(2)) story.push({ kind: 'watch', chain, steps: 1 }, { kind: 'work', leave: 0 });
  if (random.once(3)) story.push(byOthers);
  story.push({ kind: 'mine', chain, blocks: random.pick([1, depth]) }, { kind: 'follow_refunds' });
  if (random.once(2)) story.push(...relayed);
  if (random.once(3)) story.push({ kind: 'report' });
  return story;
};

const TRANSFERS = 0x5eed_0000;

/** Transfers that are prepared and not sent, withdrawn, and sent all the same: in most histories, in the second half. */
const addTransfers = (random: Random, operations: readonly Operation[], orders: number): Operation[] => {
  const all = [...operations];
  for (let times = random.below(4); times > 0; times -= 1) {
    let at = Math.floor(all.length / 2);
    for (const added of transferStory(random, random.below(orders))) {
      at += random.below(Math.max(1, Math.floor((all.length - at) / 3)));
      all.splice(at, 0, added);
      at += 1;
    }
  }
  return all;
};

const transferStory = (random: Random, order: number): Operation[] => {
  const prepare = (isMined: boolean): Operation => ({
    kind: 'refund',
    order,
    offer: random.below(2),
    share: random.pick([1_000, 1_000, 300]),
    isMined,
    fromWallet: true,
  });
  const withdraw = (): Operation => ({ kind: 'withdraw', prepared: random.below(3) });
  const send = (): Operation => ({ kind: 'send_prepared', prepared: random.below(3) });
  const mine = (): Operation => ({ kind: 'mine', chain: chainOf(random), blocks: random.pick([1, 3, 25]) });
  const follow = (): Operation => ({ kind: 'follow_refunds' });
  return random.weighted<() => Operation[]>([
    [2, () => [prepare(false), withdraw()]],
    [2, () => [prepare(false), withdraw(), prepare(true)]],
    [2, () => [prepare(false), withdraw(), send(), mine(), follow()]],
    // Promised again, and then both are sent, or the first alone.
    [3, () => [prepare(false), withdraw(), prepare(random.once(2)), send(), mine(), follow()]],
    [1, () => [prepare(false), send(), withdraw(), mine(), withdraw(), follow()]],
    [1, () => [prepare(false), { kind: 'wait', seconds: 90_000 }, follow(), withdraw(), send(), mine()]],
  ])();
};

const chainOf = (random: Random): ChainIndex => (random.once(2) ? 0 : 1);
const coinOf = (random: Random): CoinId => (random.once(2) ? 1 : 2);

const create = (random: Random, order: number): Operation => ({
  kind: 'create',
  order,
  priceCents: random.pick(PRICES),
  coins: random.pick(COINS),
  chains: random.weighted<ChainIndex[]>([
    [5, [0, 1]],
    [1, [0]],
    [1, [1]],
  ]),
  toleranceBps: random.pick([0, 50, 50, 100, 1_000]),
  feeBps: random.pick([60, 60, 0, 250]),
  minutes: random.pick([15, 30, 30, 60]),
  extensionMinutes: random.pick([0, 30, 30]),
  bridged: random.once(3),
});

/** How much is sent, as thousandths of the price and smallest units. */
const amountOf = (random: Random): { share: number; extra: number } =>
  random.weighted([
    [4, { share: 1_000, extra: 0 }],
    [3, { share: 500, extra: random.below(3) - 1 }],
    [3, { share: 250 + random.below(500), extra: 0 }],
    [2, { share: 2_000, extra: 1 }],
    [2, { share: 1_000 + random.below(9_000), extra: random.below(5) }],
    [2, { share: 0, extra: 1 + random.below(9_000) }],
    [1, { share: 2, extra: 0 }],
    [1, { share: 996, extra: 0 }],
    // Below the tolerances, and above what they would be if they counted twice.
    [3, { share: random.pick([992, 985, 870]), extra: 0 }],
    [1, { share: 1_000, extra: -1 }],
  ]);

const pay = (random: Random, orders: number): Operation => ({
  kind: 'pay',
  order: random.below(orders),
  chain: chainOf(random),
  coin: coinOf(random),
  bridged: random.once(8),
  payer: random.once(12) ? DENIED_PAYER : random.below(PAYERS - 1),
  ...amountOf(random),
});

/** One thing that happens, or several that usually happen together. */
const next = (random: Random, orders: number): Operation[] => {
  const order = (): number => random.below(orders);
  const happens = random.weighted<() => Operation[]>([
    [22, () => Array.from({ length: 1 + random.below(3) }, () => pay(random, orders))],
    [16, () => [{ kind: 'mine', chain: chainOf(random), blocks: random.pick([1, 1, 2, 3, 20]) }]],
    [14, () => [{ kind: 'watch', chain: chainOf(random), steps: 1 }]],
    [10, () => [{ kind: 'work', leave: random.pick([0, 0, 2, 3]) }]],
    [12, () => settledMoment(random)],
    [4, () => [{ kind: 'wait', seconds: random.pick([60, 600, 1_200, 2_400, 20_000]) }]],
    [
      5,
      () => [
        {
          kind: 'decide',
          review: random.below(8),
          outcome: random.pick(['accepted', 'accepted', 'closed', 'sent_back']),
        },
      ],
    ],
    [5, () => [{ kind: 'relay', chain: chainOf(random) }]],
    [
      5,
      () => [{ kind: 'reorganise', chain: chainOf(random), depth: depthOf(random), fates: random.below(0x1_000_000) }],
    ],
    [5, () => lies(random)],
    [
      3,
      () => [
        {
          kind: 'refund',
          order: order(),
          offer: random.below(4),
          share: random.pick([1_000, 1_000, 300]),
          isMined: !random.once(4),
        },
      ],
    ],
    [2, () => [{ kind: 'follow_refunds' }]],
    [3, () => [{ kind: 'open', order: order() }]],
    [2, () => [{ kind: 'cancel', order: order() }]],
    [2, () => [{ kind: 'create_again', order: order() }]],
    [2, () => [{ kind: 'claim', order: order() }]],
    [1, () => [{ kind: 'deny', order: order(), payer: DENIED_PAYER }]],
    [1, () => [{ kind: 'settle', order: order(), chain: chainOf(random), coin: coinOf(random) }]],
    [1, () => [{ kind: 'skew', seconds: random.pick([600, -600, 0]) }]],
    [1, () => [{ kind: 'confirmations', chain: chainOf(random), blocks: random.pick([1, 5, 25]) }]],
    [1, () => [{ kind: 'time_zone', zone: random.pick(ZONES) }]],
    [1, () => [{ kind: 'report' }]],
  ]);
  return happens();
};

const depthOf = (random: Random): number => random.pick([1, 1, 1, 2, 3, 7, 15, 20]);

/** Money is mined and deep, and everything that watches has seen it. */
const settledMoment = (random: Random): Operation[] => {
  const chain = chainOf(random);
  const operations: Operation[] = [
    { kind: 'mine', chain, blocks: random.pick([3, 25]) },
    { kind: 'watch', chain, steps: 2 },
    { kind: 'work', leave: 0 },
  ];
  if (random.once(2)) operations.push({ kind: 'relay', chain });
  return operations;
};

/** A node lies for a while. */
const lies = (random: Random): Operation[] => {
  const chain = chainOf(random);
  const node = random.once(2) ? 0 : 1;
  return [
    { kind: 'lie', chain, node, lie: random.once(4) ? 'partial_logs' : random.pick(LIES) },
    { kind: 'mine', chain, blocks: 1 + random.below(2) },
    { kind: 'watch', chain, steps: 1 },
    ...(random.once(2) ? [{ kind: 'lie', chain, node, lie: null } as const] : []),
  ];
};
