// The world of the tests of claims: real chains, a real ledger, and a watcher on demand.
import { createRpcPool, type RpcPool } from '#chain/rpc-pool.ts';
import { BlockRecheck } from '#db/entities/chain.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import type { IntentId } from '#domain/ids.ts';
import { multiply, ONE_COIN } from '#domain/money.ts';
import { translator } from '#domain/texts.ts';
import { type LyingRpc, startLyingRpc } from '#simulate/doubles/lying-rpc.ts';
import {
  caughtUp,
  type PayableChain,
  type RunningWatcher,
  startPayableChain,
  startWatcher,
  startWorld,
  type World,
} from '#test/chain/support/world.ts';
import { claimSentence } from '#web/checkout/parts/claim-messages.ts';
import type { CheckoutLimits } from '#web/checkout/server/checkout-limits.ts';
import type { ClaimResult } from '#web/checkout/server/claim-result.ts';
import { createClaimCheck } from '#web/checkout/server/claim-service.ts';
import { en } from '#web/checkout/text/en.ts';

export const PRICE = multiply(ONE_COIN, 5n);
export const PLENTY: CheckoutLimits = { perIntent: { perMinute: 1000 }, perAddress: { perMinute: 1000 } };
export const A = 31337;
export const B = 31338;

export let world: World;
export let chain: PayableChain;
export let other: LyingRpc;
export let pools: Map<number, RpcPool>;
export let watcher: RunningWatcher | undefined;
export let intent: CheckoutIntent;

/** Chain A with the contracts, and chain B, which has no transactions. */
export const openClaims = async (): Promise<void> => {
  [world, chain] = await Promise.all([startWorld(), startPayableChain(A)]);
  // Chain B has no transactions; it can also stop replying.
  other = await startLyingRpc(chain.rpcUrl, emptyChain);
  pools = new Map([
    [A, createRpcPool({ chainId: A, urls: [chain.rpcUrl], timeoutMs: 2_000 })],
    [B, createRpcPool({ chainId: B, urls: [other.url], timeoutMs: 500 })],
  ]);
};
export const closeClaims = async (): Promise<void> => {
  for (const pool of pools?.values() ?? []) await pool.close();
  await other?.stop();
  await chain?.stop();
  await world?.close();
};

const emptyChain = {
  response: async (method: string): Promise<unknown> => (method === 'eth_chainId' ? `0x${B.toString(16)}` : null),
};

export const openIntent = async (): Promise<void> => {
  other.lie = emptyChain;
  intent = await world.createIntent({ amountUnits: PRICE });
};
export const stopWatching = async (): Promise<void> => {
  await watcher?.stop();
  watcher = undefined;
};

export const claim = (text: string, intentId: IntentId = intent.id, limits = PLENTY) =>
  createClaimCheck({ orm: world.orm, pools, limits })({ intentId, text, clientAddress: '192.0.2.7' });
/** As the English page shows it. */
export const sentence = (result: ClaimResult | null): string =>
  result ? claimSentence(translator(en), 'en', result, 'the store') : '';
export const kindOf = async (text: string): Promise<string | undefined> => (await claim(text))?.kind;
export const watch = async (): Promise<void> => {
  watcher = startWatcher(world, A, [chain.rpcUrl]);
  await caughtUp(world, chain);
};
export const rechecks = () => world.orm.em.fork().find(BlockRecheck, { doneAt: null });
export const update = (fields: Partial<CheckoutIntent>) =>
  world.orm.em.fork().nativeUpdate(CheckoutIntent, { id: intent.id }, fields as never);
