// What a provider may say that is not so. Each lie lasts a while; the other provider of the chain then tells the truth.
import { setTimeout as delay } from 'node:timers/promises';
import type { Lie } from '../doubles/lying-rpc.ts';
import type { Random } from '../random.ts';

interface Block {
  number: string;
}

const isLogs = (method: string): boolean => method === 'eth_getLogs';
const isHead = (method: string, params: readonly unknown[]): boolean =>
  method === 'eth_blockNumber' || (method === 'eth_getBlockByNumber' && params[0] === 'latest');

const change =
  (
    matches: (method: string, params: readonly unknown[]) => boolean,
    to: (truth: unknown) => unknown,
  ): Lie['response'] =>
  async (method, params, truth) =>
    matches(method, params) ? await to(await truth()) : await truth();

const onLogs = (to: (logs: unknown[]) => unknown): Lie => ({
  response: change(isLogs, (truth) => (Array.isArray(truth) ? to(truth) : truth)) as NonNullable<Lie['response']>,
});

/** The head is some blocks lower than it is, by a number that may change with each call. */
const behind = (blocks: () => number): Lie => ({
  async response(method, params, truth) {
    if (!isHead(method, params)) return await truth();
    const found = await truth();
    const number = Number(typeof found === 'string' ? found : (found as Block).number);
    const lower = `0x${Math.max(0, number - blocks()).toString(16)}`;
    return typeof found === 'string' ? lower : { ...(found as Block), number: lower };
  },
});

/** One tag stays where it was when the lie began. */
const frozen = (tag: string): Lie => {
  let first: unknown;
  return {
    async response(method, params, truth) {
      if (method !== 'eth_getBlockByNumber' || params[0] !== tag) return await truth();
      first ??= await truth();
      return first;
    },
  };
};

export const LIES: Readonly<Record<string, (random: Random) => Lie>> = {
  'no logs': () => onLogs(() => []),
  'some logs': () => onLogs((logs) => logs.slice(0, -1)),
  'logs twice': () => onLogs((logs) => [...logs, ...logs]),
  'logs shuffled': () => onLogs((logs) => logs.toReversed()),
  'logs removed': () => onLogs((logs) => logs.map((log) => ({ ...(log as object), removed: true }))),
  'head behind': (random) => {
    const blocks = 2 + random.below(12);
    return behind(() => blocks);
  },
  'head back and forth': (random) => behind(() => random.below(8)),
  'wrong chain': () => ({
    response: async (method, _params, truth) => (method === 'eth_chainId' ? '0x1' : await truth()),
  }),
  'finalized frozen': () => frozen('finalized'),
  'finalized missing': () => ({
    response: async (method, params, truth) =>
      method === 'eth_getBlockByNumber' && params[0] === 'finalized' ? null : await truth(),
  }),
  'no receipts': () => ({
    response: async (method, _params, truth) => (method === 'eth_getTransactionReceipt' ? null : await truth()),
  }),
  'errors for logs': () => ({
    async response(method, _params, truth) {
      if (isLogs(method)) throw new Error('header not found');
      return await truth();
    },
  }),
  slow: (random) => {
    const ms = 300 + random.below(2_000);
    return {
      async response(_method, _params, truth) {
        await delay(ms);
        return await truth();
      },
    };
  },
  '429': () => ({ http: { status: 429, headers: { 'retry-after': '1' } } }),
  '503': () => ({ http: { status: 503 } }),
  cut: () => ({ http: 'cut' }),
  hanging: () => ({ http: 'hang' }),
};
