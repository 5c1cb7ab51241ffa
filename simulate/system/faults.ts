// The kinds of faults (docs/reliability.md section 2), thrown at a running system. Three lanes run beside each other; the seed
// gives each lane the order of its faults and their details.
import { execFile } from 'node:child_process';
import { rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { reorganise } from '#chain/local/reorganise.ts';
import { LOCAL_TOKEN_ADDRESSES } from '#contracts/generated/addresses.ts';
import { chainById } from '#domain/chains.ts';
import { mintCalldata, transferCalldata } from '#domain/erc20.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
import { processesWorkingIn, signal } from '#scripts/lib/processes.ts';
import { rpcCall } from '#scripts/lib/stack/json-rpc.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import type { Random } from '../random.ts';
import { LIES } from './lies.ts';
import { openCheckout } from './pages.ts';
import { createWithWrongClock } from './shops.ts';
import { CHAIN_IDS, type ChainId, PARTS, type PartName } from './stack.ts';
import { randomFor, secondsLeft, type World } from './world.ts';

export const FAULT_KINDS = [
  ...['kill', 'chain kill', 'stop', 'two workers', 'disk full'],
  ...['cut', 'slow', 'lying RPC', 'reorganisation', 'clock', 'relayer', 'tokens'],
  ...['receivers', 'e-mail provider', 'load'],
] as const;

type Fault = (world: World, random: Random) => Promise<string>;

const RESTART_WITHIN_MS = 180_000;
/** How far a chain's clock may get ahead: checkouts last a minute. */
const MOST_AHEAD_SECONDS = 40;
const RELAYER_GAS = `0x${(10_000n * 10n ** 18n).toString(16)}`;

const seconds = async (world: World, atLeast: number, below: number, random: Random): Promise<number> => {
  const chosen = atLeast + random.below(below);
  await delay(Math.max(500, Math.min(chosen, secondsLeft(world)) * 1_000));
  return chosen;
};

const pidsOf = ({ stack }: World, part: PartName): number[] => {
  if (part === 'postgres') return processesWorkingIn(join(stack.dataDir, 'postgres', 'cluster')).map(({ pid }) => pid);
  const pid = stack.pid(part);
  return pid === undefined ? [] : [pid];
};

const kill: Fault = async (world, random) => {
  const { stack } = world;
  const part = random.pick(PARTS);
  const before = stack.pid(part);
  if (before === undefined) return `${part} is not running`;
  signal(before, 'SIGKILL');
  await waitFor(() => stack.pid(part) !== undefined && stack.pid(part) !== before, {
    what: `${part} after kill -9`,
    timeoutMs: RESTART_WITHIN_MS,
  });
  return part;
};

/** The node comes back with the same blocks and an empty pool; what waited there is sent again, or not. */
const killChain: Fault = async (world, random) => {
  const chainId = random.pick(CHAIN_IDS);
  const chain = world.stack.chains.get(chainId);
  if (!chain) return 'left out';
  const { head, lost } = await chain.killAndAwaitRestart();
  await world.wallets.afterReorganisation(chainId, lost, random);
  return `${chainId} at block ${head}, ${lost.length} waiting transactions lost`;
};

const stop: Fault = async (world, random) => {
  const part = random.pick(PARTS);
  const pids = pidsOf(world, part);
  for (const pid of pids) signal(pid, 'SIGSTOP');
  // Now and then longer than any time-out of the system.
  const pause = await seconds(world, 2, random.once(5) ? 60 : 12, random);
  for (const pid of pids) signal(pid, 'SIGCONT');
  return `${part} for ${pause} s`;
};

const twoWorkers: Fault = async ({ stack, ...rest }, random) => {
  const world = { stack, ...rest };
  const second = await stack.startSecondWorker().catch(() => undefined);
  if (!second) return 'the second one did not start';
  await seconds(world, 5, 15, random);
  const isKilled = random.once(2);
  if (isKilled) signal(second.pid, 'SIGKILL');
  else await second.stop();
  await second.exited;
  return isKilled ? 'the second one was killed' : 'the second one was stopped';
};

const BALLAST = 'ballast';
const run = promisify(execFile);

/** In a process of its own: the drivers go on meanwhile. */
const fillDisk = async (folder: string): Promise<void> => {
  const { bavail, bsize } = statfsSync(folder);
  await run('fallocate', ['--length', String(bavail * bsize), join(folder, BALLAST)]).catch(() => {});
};

const emptyDisk = (folder: string): void => rmSync(join(folder, BALLAST), { force: true });

const diskFull: Fault = async (world, random) => {
  const { diskFolder } = world.stack;
  if (!diskFolder) return 'left out';
  await fillDisk(diskFolder);
  const pause = await seconds(world, 3, 8, random);
  emptyDisk(diskFolder);
  return `Postgres for ${pause} s`;
};

const cut: Fault = async (world, random) => {
  const name = random.pick(['postgres', 'temporal'] as const);
  const link = world.stack.links[name];
  const broken = link.cut();
  link.isClosed = random.once(2);
  if (link.isClosed) await seconds(world, 1, 8, random);
  link.isClosed = false;
  return `${broken} connections to ${name}`;
};

const slow: Fault = async (world, random) => {
  const name = random.pick(['postgres', 'temporal'] as const);
  const link = world.stack.links[name];
  link.delayMs = random.pick([10, 50, 250]);
  const said = `${name} by ${link.delayMs} ms`;
  await seconds(world, 3, 10, random);
  link.delayMs = 0;
  return said;
};

const lying: Fault = async (world, random) => {
  const chainId = random.pick(CHAIN_IDS);
  const name = random.pick(Object.keys(LIES));
  const provider = random.pick(world.stack.providers.get(chainId) ?? []);
  provider.lie = LIES[name]?.(random) ?? null;
  await seconds(world, 4, 14, random);
  provider.lie = null;
  return `${chainId}: ${name}`;
};

const reorganisation: Fault = async (world, random) => {
  const chainId = random.pick(CHAIN_IDS);
  const depth = random.pick([1, 1, 2, 2, 3, 4, 5, 7, 10]);
  const { dropped } = await reorganise(world.stack.nodeUrl(chainId), depth);
  if (random.once(2)) await delay(random.below(4_000));
  const changed = await world.wallets.afterReorganisation(chainId, dropped, random);
  return `${chainId}: ${depth} deep, ${dropped.length} transactions removed, ${changed} payments changed`;
};

const ahead = new WeakMap<World, Map<ChainId, number>>();

/** A chain whose clock is ahead; and servers whose clocks are wrong, which must not create anything. */
const clock: Fault = async (world, random) => {
  const shop = random.pick(world.shops);
  const status = await createWithWrongClock(world.stack.webUrl, shop, random.once(2));
  if (status !== undefined && status < 400)
    world.seen.push({ invariant: 6, message: `a request that was signed at another time was accepted (${status})` });
  const chainId = random.pick(CHAIN_IDS);
  const jumps = ahead.get(world) ?? new Map<ChainId, number>();
  ahead.set(world, jumps);
  const jump = 3 + random.below(15);
  const total = (jumps.get(chainId) ?? 0) + jump;
  if (total > MOST_AHEAD_SECONDS) return `a create with a wrong clock: ${status}`;
  jumps.set(chainId, total);
  await rpcCall(world.stack.nodeUrl(chainId), 'evm_increaseTime', [jump]);
  return `${chainId}: ${total} s ahead; a create with a wrong clock: ${status}`;
};

const relayer: Fault = async (world, random) => {
  const chainId = random.pick(CHAIN_IDS);
  const nodeUrl = world.stack.nodeUrl(chainId);
  const { address } = localAccount('relayer');
  const way = random.pick(['no gas', 'fee spike', 'dropped'] as const);
  if (way === 'no gas') {
    await rpcCall(nodeUrl, 'anvil_setBalance', [address, '0x1']);
    await seconds(world, 3, 8, random);
    await rpcCall(nodeUrl, 'anvil_setBalance', [address, RELAYER_GAS]);
  } else if (way === 'fee spike') {
    await rpcCall(nodeUrl, 'anvil_setNextBlockBaseFeePerGas', [`0x${(700_000_000_000).toString(16)}`]);
  } else {
    await rpcCall(nodeUrl, 'anvil_removePoolTransactions', [address]);
  }
  return `${chainId}: ${way}`;
};

/** A token with the name of another, and transfers of nothing. */
const tokens: Fault = async (world, random) => {
  const chainId = random.pick(CHAIN_IDS);
  const order = world.orders.at(-1 - random.below(5));
  const state = order && (await openCheckout(world, order, 'USDT', chainId));
  if (!state?.address) return 'no order to pay';
  const from = world.wallets.account(random.below(9));
  const [token] = chainById(chainId).tokens;
  const nodeUrl = world.stack.nodeUrl(chainId);
  const fake = mintCalldata(state.address, baseUnitsOf(10n ** 30n));
  for (const [to, data] of [
    [LOCAL_TOKEN_ADDRESSES.fakeUsdt, fake],
    [token?.address, transferCalldata(state.address, baseUnitsOf(0n))],
  ])
    await rpcCall(nodeUrl, 'eth_sendTransaction', [{ from, to, data, gas: '0x30d40' }]);
  return `${chainId}: a false token and nothing, to order ${order?.number}`;
};

const receivers: Fault = async (world, random) => {
  const shop = random.pick(world.shops.filter(({ isReceiverDead }) => !isReceiverDead));
  const mood = random.pick(['failing', 'failing', 'slow', 'silent', 'dead'] as const);
  shop.receiver.mood = mood;
  await seconds(world, 4, 14, random);
  shop.receiver.mood = 'well';
  return `${shop.name} is ${mood}`;
};

const mailProvider: Fault = async (world, random) => {
  const { mail } = world.stack;
  const way = random.pick(['storm', 'down', 'silent after accepting', 'hangs up after accepting'] as const);
  if (way === 'storm') mail.storm(0.5);
  else if (way === 'down') mail.setDown(true);
  else mail.failNext(way === 'silent after accepting' ? 'accept and say nothing' : 'accept and hang up');
  await seconds(world, 3, 8, random);
  mail.storm(0);
  mail.setDown(false);
  return way;
};

export interface Load {
  /** Lets this many orders begin at once. */
  burst(orders: number): void;
}

const FAULTS = (load: Load): Readonly<Record<string, Fault>> => ({
  kill,
  'chain kill': killChain,
  stop,
  'two workers': twoWorkers,
  'disk full': diskFull,
  cut,
  slow,
  'lying RPC': lying,
  reorganisation,
  clock,
  relayer,
  tokens,
  receivers,
  'e-mail provider': mailProvider,
  load: async (_world, random) => {
    const orders = 5 + random.below(10);
    load.burst(orders);
    return `${orders} orders at once`;
  },
});

const LANES: readonly (readonly [name: string, kinds: readonly string[]])[] = [
  ['processes', ['kill', 'kill', 'stop', 'chain kill', 'kill', 'stop', 'two workers', 'kill', 'disk full']],
  ['lines', ['cut', 'lying RPC', 'reorganisation', 'slow', 'lying RPC', 'reorganisation', 'clock', 'lying RPC']],
  ['others', ['receivers', 'e-mail provider', 'relayer', 'tokens', 'load', 'reorganisation', 'receivers']],
];

const shuffled = <T>(values: readonly T[], random: Random): T[] => {
  const left = [...values];
  return values.map(() => left.splice(random.below(left.length), 1)[0] as T);
};

/** Until the run's time is over. @returns how many faults of each kind */
export const throwFaults = async (world: World, load: Load, isShort: boolean): Promise<Map<string, number>> => {
  const counts = new Map<string, number>();
  const faults = FAULTS(load);
  const lane = async (name: string, kinds: readonly string[]): Promise<void> => {
    for (let round = 0; secondsLeft(world) > 0; round += 1) {
      const random = randomFor(world.seed, `faults ${name}`, round);
      for (const kind of shuffled(kinds, random)) {
        await delay((isShort ? 1_000 : 3_000) + random.below(isShort ? 2_000 : 10_000));
        if (secondsLeft(world) <= 0) return;
        world.log(`fault: ${kind} …`);
        try {
          const what = await faults[kind]?.(world, random);
          world.log(`fault: ${kind}, ${what}`);
          if (what !== 'left out') counts.set(kind, (counts.get(kind) ?? 0) + 1);
        } catch (error) {
          world.log(`fault: ${kind} failed: ${(error as Error).message}`);
        }
      }
    }
  };
  await Promise.all(LANES.map(async ([name, kinds]) => await lane(name, kinds)));
  return counts;
};

/** Ends what a fault may have left. */
export const healEverything = async (world: World): Promise<void> => {
  const { stack, shops } = world;
  for (const part of PARTS) for (const pid of pidsOf(world, part)) signal(pid, 'SIGCONT');
  for (const link of Object.values(stack.links)) Object.assign(link, { delayMs: 0, isClosed: false });
  for (const provider of [...stack.providers.values()].flat()) provider.lie = null;
  for (const { receiver, isReceiverDead } of shops) receiver.mood = isReceiverDead ? 'dead' : 'well';
  stack.mail.storm(0);
  stack.mail.setDown(false);
  if (stack.diskFolder) emptyDisk(stack.diskFolder);
  for (const chainId of CHAIN_IDS)
    await rpcCall(stack.nodeUrl(chainId), 'anvil_setBalance', [localAccount('relayer').address, RELAYER_GAS]);
};
