// A catch-up reads final blocks twice and writes both passes at once, where they agree. Where they do not, the first pass is written alone, and
// the second stops or goes on as at the tip.
import { expect, test } from 'vitest';
import { abiWord } from '#domain/abi.ts';
import { type Lies, madeUpChain, providerOf } from './support/made-up-chain.ts';
import { createMemoryLedger } from './support/memory-ledger.ts';
import { openWatch } from './support/watch-session.ts';

const LAST = 1_200;
/** Payments by block. */
const PAID = new Map([
  [7, 2],
  [650, 1],
  [1_100, 2],
]);
const PAYMENTS = 5;

const world = (options: { last?: number; finalized?: number; isProvable?: boolean; lies?: [Lies, Lies?] } = {}) => {
  const { last = LAST, isProvable = true, lies = [{}, {}] } = options;
  const chain = madeUpChain({ last, finalized: options.finalized ?? last, paid: PAID, isProvable });
  const providers = lies.map((lie, index) => providerOf(chain, `rpc ${index + 1}`, lie ?? {}));
  const ledger = createMemoryLedger(chain);
  return { chain, providers, ledger, open: () => openWatch(chain, ledger, providers) };
};

const countsOf = ({ providers }: ReturnType<typeof world>) =>
  providers.map(({ calls }) => ({ headers: calls.eth_getBlockByNumber ?? 0, logs: calls.eth_getLogs ?? 0 }));

/** Of the steps that moved the cursor; others confirm what a second provider has vouched for. */
const finalNumbersOf = ({ ledger }: ReturnType<typeof world>) =>
  ledger.steps.filter(({ cursor }) => cursor !== null).map(({ finalNumber }) => finalNumber);

test('both passes of final blocks are one transaction; the second asks another provider for logs and for the last header', async () => {
  const all = world();
  await all.open().steps(3);
  expect(all.ledger.steps.map(({ cursor, finalNumber }) => [cursor?.number, finalNumber])).toEqual([
    [500n, 500n],
    [1_000n, 1_000n],
    [1_200n, 1_200n],
  ]);
  expect(all.ledger.transfers.size).toBe(PAYMENTS);
  const [first, second] = countsOf(all);
  expect(second).toEqual({ headers: 3, logs: 3 });
  expect(first?.logs).toBe(3);
  expect(first?.headers).toBeGreaterThanOrEqual(LAST);
  expect(first?.headers).toBeLessThan(LAST + 20);
});

test('with one provider, it is asked for the logs twice and for headers once', async () => {
  const all = world({ lies: [{}] });
  await all.open().steps(3);
  expect(all.ledger.position).toMatchObject({ cursor: { number: 1_200n }, finalNumber: 1_200n });
  const [only] = countsOf(all);
  expect(only?.logs).toBe(6);
  expect(only?.headers).toBeLessThan(LAST + 25);
});

test('headers that do not prove themselves are read from both', async () => {
  const all = world({ isProvable: false });
  await all.open().steps(3);
  expect(all.ledger.steps.map(({ finalNumber }) => finalNumber)).toEqual([500n, 1_000n, 1_200n]);
  expect(countsOf(all)[1]?.headers).toBe(LAST);
});

const withoutSecond: Lies = { logs: (logs) => logs.filter(({ logIndex }) => logIndex !== '0x1') };

test('what the first reader left out is written with the rest', async () => {
  const all = world({ lies: [withoutSecond] });
  all.providers.push(providerOf(all.chain, 'rpc 2', {}));
  await all.open().steps(3);
  expect(all.ledger.transfers.size).toBe(PAYMENTS);
  expect(finalNumbersOf(all)).toEqual([500n, 1_000n, 1_200n]);
});

/** The first payment of each block is a thousandth of a coin larger: no hash that we check has the amount in it. */
const largerAmounts: Lies = {
  logs: (logs) =>
    logs.map((log) =>
      log.logIndex === '0x0' ? { ...log, data: `0x${abiWord(BigInt(String(log.data)) + 1_000n)}` } : log,
    ),
};

const FORGED: Lies = { header: (header) => ({ ...header, hash: `0x${'ab'.repeat(32)}` }) };

test.each<[string, Lies]>([
  ['leaves out a payment', withoutSecond],
  ['has another amount', largerAmounts],
  ['has another block at the end', FORGED],
])('where the second reader %s, the first pass is written, final stays, and a person is told', async (_, lies) => {
  const all = world({ lies: [{}, lies] });
  const watch = all.open();
  await watch.steps(3);
  expect(all.ledger.position).toMatchObject({ cursor: { number: 1_200n }, finalNumber: 0n });
  expect(all.ledger.transfers.size).toBe(PAYMENTS);
  expect(all.ledger.trouble).toMatch(/final/);
  const second = all.providers[1];
  if (!second) throw new Error('no second provider');
  second.lie = {};
  for (let turn = 0; turn < 3; turn += 1) {
    all.chain.grow(40);
    await watch.steps(1);
  }
  expect(all.ledger.position).toMatchObject({ cursor: { number: 1_320n }, finalNumber: 1_320n });
  expect(all.ledger.trouble).toBeNull();
});

test('where the first reader has another amount, final stays and a person is told', async () => {
  const all = world({ lies: [largerAmounts, {}] });
  await all.open().steps(3);
  expect(all.ledger.position).toMatchObject({ cursor: { number: 1_200n }, finalNumber: 0n });
  expect(all.ledger.trouble).toMatch(/say something else/);
});

test('a provider that returns one log with two contents is not believed', async () => {
  const both: Lies = { logs: (logs) => [...logs, ...(largerAmounts.logs?.(logs) ?? [])] };
  const all = world({ lies: [both, {}] });
  await all.open().until(1_200n);
  expect(all.ledger.transfers.size).toBe(PAYMENTS);
  expect(countsOf(all)[1]?.headers).toBeGreaterThanOrEqual(LAST);
});

test('a second reader that does not respond is replaced by the first', async () => {
  const all = world({ lies: [{}, { isDown: true }] });
  await all.open().steps(3);
  expect(finalNumbersOf(all)).toEqual([500n, 1_000n, 1_200n]);
  expect(all.ledger.transfers.size).toBe(PAYMENTS);
});

test('a second pass that fails everywhere delays nothing of the first', async () => {
  const all = world({ lies: [{ isDown: (method, calls) => method === 'eth_getLogs' && calls > 1 }, { isDown: true }] });
  await all.open().steps(1);
  expect(all.ledger.position).toMatchObject({ cursor: { number: 500n }, finalNumber: 0n });
  expect(all.ledger.transfers.size).toBe(2);
});

test.each(['before', 'after'] as const)(
  'a commit that fails %s it is written: a restart begins where both cursors are',
  async (when) => {
    const all = world();
    await all.open().steps(1);
    all.ledger.failNext = when;
    await all.open().steps(1);
    const reached = when === 'before' ? 500n : 1_000n;
    expect(all.ledger.position).toMatchObject({ cursor: { number: reached }, finalNumber: reached });
    await all.open().steps(3);
    expect(all.ledger.position).toMatchObject({ cursor: { number: 1_200n }, finalNumber: 1_200n });
    expect(all.ledger.written).toBe(PAYMENTS);
  },
);

test('blocks that are not final yet are read a second time when they are', async () => {
  const all = world({ finalized: 700 });
  const watch = all.open();
  await watch.until(1_200n);
  expect(all.ledger.position.finalNumber).toBe(700n);
  const before = countsOf(all)[1];
  all.chain.grow(64);
  all.chain.finalized = 1_200;
  await watch.until(1_264n);
  expect(all.ledger.position.finalNumber).toBe(1_200n);
  // The first pass has proven their headers: the last one binds them.
  expect((countsOf(all)[1]?.headers ?? 0) - (before?.headers ?? 0)).toBeLessThan(5);
});

test('a second pass that is behind reaches the cursor, and goes on with it', async () => {
  const all = world();
  all.ledger.position = { cursor: all.chain.point(300), finalNumber: 20n };
  all.ledger.remember(all.chain, 20, 300);
  await all.open().steps(2);
  expect(all.ledger.steps.map(({ cursor, finalNumber }) => [cursor?.number ?? null, finalNumber])).toEqual([
    [800n, null],
    [null, 800n],
    [1_200n, 1_200n],
  ]);
});
