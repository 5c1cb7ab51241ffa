// One pass of the follower of refunds, over what a double of the chain shows of each.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RefundSight } from '#chain/refund-events.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { applyRefundUpdate } from '#db/refunds/refund-outcomes.ts';
import { multiply, ONE_COIN, ZERO } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { type Ledger, openLedger } from '#test/db/intents.ts';
import { randomHash } from '#test/support/intents.ts';
import { prepareWalletRefund } from '#test/support/wallet-refund.ts';
import { createRefundFollower } from '#worker/refund-follower.ts';

const CHAIN = 31337;

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => await ledger?.close());

/** A refund of 4 of an order of 10 that was paid. */
const prepare = async (): Promise<string> => {
  const intentId = await ledger.newIntent({ amountUnits: multiply(ONE_COIN, 10n) });
  const paymentTransferIds = [await ledger.newTransfer(intentId, 10)];
  await changeIntent(ledger.orm.em.fork(), {
    ...{ intentId, actor: 'workflow', to: IntentStatus.CONFIRMED, paymentTransferIds },
  });
  return await prepareWalletRefund(ledger.orm.em, ledger.storeId, intentId);
};
const states = (ids: readonly string[]) =>
  ledger.rows('select id::text, state from send_back where id = any (?) order by id', [`{${ids.join()}}`]);

test('a refund that cannot be written is logged and retried, and the others of its chain are followed', async () => {
  const seen = (txHash = randomHash()) =>
    ({
      kind: 'confirmed',
      txHash,
      logIndex: 0,
      feeBaseUnits: ZERO,
      block: { number: 9n, hash: randomHash() },
    }) as const;
  // An event is one refund: the database rejects a second one.
  const taken = randomHash();
  await applyRefundUpdate(ledger.orm.em, await prepare(), seen(taken));
  const broken = await prepare();
  const sound = await prepare();
  const warnings: unknown[] = [];
  // Open refunds are read by id: the broken one first.
  let sights: RefundSight[] = [];
  // What is confirmed is asked for by its block, which this chain never shows.
  const isLook = (work: (provider: unknown) => unknown) => String(work).includes('readFinalHeights');
  const use = async (work: (provider: unknown) => unknown) =>
    isLook(work) ? { finalNumber: 0n, hashes: new Map() } : sights.shift();
  const pool = { use } as unknown as RpcPool;
  const follower = createRefundFollower({
    em: ledger.orm.em,
    pools: new Map([[CHAIN, pool]]),
    logger: { info() {}, warn: (about: unknown) => warnings.push(about) },
  });

  sights = [seen(taken), seen()];
  expect(await follower.pass()).toBe(1);
  expect(await states([broken, sound])).toEqual([
    { id: broken, state: 'signed' },
    { id: sound, state: 'confirmed' },
  ]);
  expect(warnings).toEqual([
    expect.objectContaining({ refund: broken, chainId: CHAIN, update: 'confirmed', reason: expect.any(String) }),
  ]);

  sights = [seen()];
  expect(await follower.pass()).toBe(1);
  expect(await states([broken, sound])).toEqual([
    { id: broken, state: 'confirmed' },
    { id: sound, state: 'confirmed' },
  ]);
  expect(warnings).toHaveLength(1);
});
