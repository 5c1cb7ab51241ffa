// A ledger and a double of its chain, for tests of what is found on the chain after a restore.
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import { noteLife } from '#db/restores/database-life.ts';
import type { Address } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { type Ledger, openLedger } from '#test/db/intents.ts';
import { createLogChain, type LogChain } from '#test/support/log-chain.ts';
import { createForgottenRefunds } from '#worker/forgotten-refunds.ts';

export const CHAIN = 31337;

export interface RestoredWorld {
  /** One for the file. */
  ledger: Ledger;
  /** A new one for each test, as `follow` is. */
  chain: LogChain;
  follow: () => Promise<number>;
  /** Confirms the order with a transfer. */
  pay(intentId: IntentId, payer: Address, token: Address, coins?: number): Promise<void>;
}

/** Opens and closes it around the file's tests. @param options of `createForgottenRefunds` */
export const restoredWorld = (options: { againMs?: number } = {}): RestoredWorld => {
  const world = {
    async pay(intentId, payer, token, coins = 10) {
      const paymentTransferIds = [await world.ledger.newTransfer(intentId, coins, { from: payer, token })];
      await changeIntent(world.ledger.orm.em.fork(), {
        ...{ intentId, actor: 'workflow', to: IntentStatus.CONFIRMED, paymentTransferIds },
      });
    },
  } as RestoredWorld;
  beforeAll(async () => {
    world.ledger = await openLedger();
    await noteLife(world.ledger.orm.em);
  });
  afterAll(async () => await world.ledger?.close());
  beforeEach(() => {
    world.chain = createLogChain();
    const forgotten = createForgottenRefunds({ em: world.ledger.orm.em, logger: { info() {}, warn() {} }, ...options });
    world.follow = async () => await forgotten(CHAIN, world.chain.pool);
  });
  return world;
};
