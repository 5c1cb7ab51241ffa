// What a second provider says about money before it counts as confirmed, and what follows from it.
import { expect, test } from 'vitest';
import { createPoolOf } from '#chain/rpc-pool.ts';
import { askForWords, noWords, verdictOf, type Word, type Words } from '#chain/second-word.ts';
import { createTransferScanner } from '#chain/transfer-scan.ts';
import { gatherWords, noteUnvouched, troubleOfWords, waitForWords } from '#chain/watch-words.ts';
import { abiWord } from '#domain/abi.ts';
import type { Hex } from '#domain/address.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { transferKey, type UnvouchedTransfer } from '#domain/observed-blocks.ts';
import { DEPOSIT, type Lies, madeUpChain, providerOf } from './support/made-up-chain.ts';
import { createMemoryLedger } from './support/memory-ledger.ts';
import { openWatch } from './support/watch-session.ts';

const BLOCK = 10;
/** Above the final one. */
const YOUNG = 17;
const chain = madeUpChain({
  last: 20,
  finalized: 15,
  paid: new Map([
    [BLOCK, 2],
    [YOUNG, 2],
  ]),
  isProvable: true,
});
const scanner = createTransferScanner(chain.config);
const depth = (blocks: number) => [{ kind: 'depth', blocks } as const];
const token = chain.config.tokens[0]?.address ?? DEPOSIT;

const at = (block: number): Pick<UnvouchedTransfer, 'blockNumber' | 'blockHash' | 'txHash'> => ({
  blockNumber: BigInt(block),
  blockHash: chain.ref(block).hash,
  txHash: `0x${abiWord(block * 10 + 1)}`,
});

const transfer = (change: Partial<UnvouchedTransfer> = {}): UnvouchedTransfer => ({
  ...at(BLOCK),
  logIndex: 0,
  token,
  from: token,
  to: DEPOSIT,
  amountBaseUnits: baseUnitsOf(1_000_000n),
  needs: depth(5),
  ...change,
});

const poolOf = (...lies: Lies[]) =>
  createPoolOf(
    chain.config.id,
    lies.map((lie, index) => providerOf(chain, `rpc ${index + 1}`, lie)),
    { requests: 0, calls: 0, byMethod: {} },
  );
const wordOf = async (lie: Lies, asked = transfer()): Promise<Word | undefined> => {
  const [said] = await askForWords({ chain: chain.config, pool: poolOf(lie), scanner }, [asked]);
  return said?.words.get(transferKey(asked));
};

const another: Hex = `0x${'ab'.repeat(32)}`;
const HONEST: Lies = {};
const behind = (last: number): Lies => ({
  header: (header) => (Number(header.number) > last ? (chain.headers[last] ?? header) : header),
});

test.each<[string, Word | undefined, Lies, Partial<UnvouchedTransfer>?]>([
  ['says the same', 'yes', HONEST],
  ['has a transfer of another amount', 'no', HONEST, { ...at(YOUNG), amountBaseUnits: baseUnitsOf(1_000_001n) }],
  ['has a transfer to somebody else', 'no', HONEST, { ...at(YOUNG), to: token }],
  ['has a transfer from somebody else', 'no', HONEST, { ...at(YOUNG), from: DEPOSIT }],
  ['does not have the transaction', 'no', HONEST, { ...at(YOUNG), txHash: another }],
  ['has another transfer at that place', 'no', HONEST, { ...at(YOUNG), logIndex: 1 }],
  ['has another block there', 'no', HONEST, { ...at(YOUNG), blockHash: another }],
  ['has not confirmed it yet', 'later', HONEST, { needs: depth(12) }],
  ['has confirmed it just now', 'yes', HONEST, { needs: depth(11) }],
  ['has another amount in a final block', 'never', HONEST, { amountBaseUnits: baseUnitsOf(1_000_001n) }],
  ['has another final block there', 'never', HONEST, { blockHash: another }],
  ['does not have the block yet', 'later', HONEST, { blockNumber: 25n, blockHash: another }],
  ['is at the block itself', 'later', behind(BLOCK)],
  ['is at the block itself, which is enough', 'yes', behind(BLOCK), { needs: depth(1) }],
  ['has the tag there', 'yes', HONEST, { needs: [{ kind: 'tag', tag: 'finalized' }] }],
  ['leaves it out of its index of logs, and has the receipt', 'yes', { logs: (logs) => logs.slice(0, 0) }],
  ['has neither log nor receipt', 'no', { logs: () => [], receipts: () => [] }, at(YOUNG)],
  ['does not respond', undefined, { isDown: true }],
])('a provider that %s: %s', async (_name, word, lie, change) => {
  expect(await wordOf(lie, transfer(change))).toBe(word);
});

const KEY = 'key';
const said = (...words: (Word | null)[]): Words[] =>
  words.flatMap((word, index) => (word ? [{ provider: `rpc ${index + 1}`, words: new Map([[KEY, word]]) }] : []));
const failures = (...inRow: number[]): Map<string, number> =>
  new Map(inRow.map((count, index) => [`rpc ${index + 1}`, count]));

test.each<[string, string, (Word | null)[], number[], number]>([
  ['two agree', 'confirmed', ['yes', 'yes'], [0, 0], 0],
  ['two of three agree, against one', 'confirmed', ['yes', 'no', 'yes'], [0, 0, 0], 0],
  ['two of three agree, one is gone', 'confirmed', ['yes', null, 'yes'], [0, 9, 0], 0],
  ['one contradicts', 'no', ['yes', 'no'], [0, 0], 0],
  ['one contradicts, however long', 'no', ['yes', 'no'], [0, 0], 9_000_000],
  ['one contradicts, one is gone', 'no', ['yes', 'no', null], [0, 0, 5], 9_000_000],
  ['all contradict', 'no', ['no', 'no'], [0, 0], 0],
  ['all contradict, one of them for good', 'no', ['no', 'never'], [0, 0], 0],
  ['all contradict for good', 'denied', ['never', 'never'], [0, 0], 0],
  ['one contradicts for good, one is gone', 'no', ['never', null], [0, 9], 9_000_000],
  ['two contradict for good, against one', 'no', ['never', 'never', 'yes'], [0, 0, 0], 9_000_000],
  ['the only one says so', 'confirmed', ['yes'], [0], 0],
  ['the only one contradicts', 'no', ['no'], [0], 9_000_000],
  ['the only one contradicts for good', 'denied', ['never'], [0], 0],
  ['one is behind', 'wait', ['yes', 'later'], [0, 0], 59_000],
  ['one is behind for too long', 'confirmed', ['yes', 'later'], [0, 0], 61_000],
  ['one did not respond once', 'wait', ['yes', null], [0, 1], 0],
  ['one is gone', 'confirmed', ['yes', null], [0, 2], 0],
  ['one is gone, one is behind', 'wait', ['yes', null, 'later'], [0, 2, 0], 0],
  ['one is silent for another reason, for too long', 'confirmed', ['yes', null], [0, 0], 61_000],
  ['nobody says anything', 'wait', [null, null], [5, 5], 9_000_000],
  ['all are behind', 'wait', ['later', 'later'], [0, 0], 9_000_000],
])('%s: %s', (_name, verdict, words, inRow, waitedMs) => {
  expect(verdictOf(KEY, said(...words), failures(...inRow), waitedMs)).toBe(verdict);
});

const watchOf = (...lies: Lies[]) =>
  openWatch(
    chain,
    createMemoryLedger(chain),
    lies.map((lie, index) => providerOf(chain, `rpc ${index + 1}`, lie)),
  ).session;

test('what two providers say may be confirmed by the next commit, and is forgotten after it', async () => {
  const session = watchOf({}, {});
  const { words } = session.state;
  expect(await gatherWords(session)).toBe(false);
  noteUnvouched(words, [transfer()]);
  expect(waitForWords(words, 9_000)).toBe(0);
  expect(await gatherWords(session)).toBe(true);
  expect([...words.vouched]).toEqual([transferKey(transfer())]);
  noteUnvouched(words, []);
  expect(words).toEqual({ ...noWords(), askAt: words.askAt });
  expect(waitForWords(words, 9_000)).toBe(9_000);
});

test('a contradiction is told when it lasts, and no longer when it ends', async () => {
  const session = watchOf({}, {});
  const { words } = session.state;
  const invented = transfer({ ...at(YOUNG), amountBaseUnits: baseUnitsOf(9_000_000n) });
  noteUnvouched(words, [invented, transfer({ ...at(YOUNG), blockHash: another })]);
  expect(await gatherWords(session)).toBe(false);
  expect(troubleOfWords(words)).toBeNull();
  for (const waiting of words.known.values()) waiting.since -= 40_000;
  words.askAt = 0;
  expect(await gatherWords(session)).toBe(false);
  expect(troubleOfWords(words)).toContain(
    `about 2 payment(s), which are not confirmed; the first is in transaction ${invented.txHash}`,
  );
  // Asked less often the longer it lasts.
  expect(waitForWords(words, 60_000)).toBeGreaterThan(9_000);
  noteUnvouched(words, []);
  expect(troubleOfWords(words)).toBeNull();
});

test('contradicted payments in many blocks keep no other from being confirmed', async () => {
  const long = madeUpChain({ last: 120, finalized: 0, paid: new Map([[100, 1]]), isProvable: true });
  const providers = ['rpc 1', 'rpc 2'].map((name) => providerOf(long, name, {}));
  const { session } = openWatch(long, createMemoryLedger(long), providers);
  const { words } = session.state;
  const paid = transfer({
    ...at(BLOCK),
    blockNumber: 100n,
    blockHash: long.ref(100).hash,
    txHash: `0x${abiWord(1_001)}`,
  });
  const invented = Array.from({ length: 90 }, (_, index) =>
    transfer({ blockNumber: BigInt(index + 1), blockHash: another, logIndex: index }),
  );
  noteUnvouched(words, [...invented, paid]);
  expect(await gatherWords(session)).toBe(false);
  expect(await gatherWords(session)).toBe(true);
  expect([...words.vouched]).toEqual([transferKey(paid)]);
});

test('a new payment is asked for at once, beside one that is contradicted', async () => {
  const session = watchOf({}, {});
  const { words } = session.state;
  const invented = transfer({ ...at(YOUNG), amountBaseUnits: baseUnitsOf(9_000_000n) });
  noteUnvouched(words, [invented]);
  await gatherWords(session);
  expect(waitForWords(words, 60_000)).toBeGreaterThan(0);
  noteUnvouched(words, [invented, transfer()]);
  expect(await gatherWords(session)).toBe(true);
  expect([...words.vouched]).toEqual([transferKey(transfer())]);
});

test('what final blocks of all providers do not have is taken back by the next commit', async () => {
  const session = watchOf({}, {});
  const { words } = session.state;
  const invented = transfer({ amountBaseUnits: baseUnitsOf(9_000_000n) });
  noteUnvouched(words, [invented, transfer()]);
  expect(await gatherWords(session)).toBe(true);
  expect([...words.vouched]).toEqual([transferKey(transfer())]);
  expect([...words.denied]).toEqual([transferKey(invented)]);
});
