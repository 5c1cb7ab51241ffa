// Carries out the simulated payments of test stores (decision 0080), on local chains only: it is made with the RPC URLs of those alone. All
// state is in Postgres, each step is safe to repeat, and a pass costs one query while nothing is open.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { whileHeld } from '#chain/local/hold-mining.ts';
import { localCall } from '#chain/local/local-transfer.ts';
import { reorganise } from '#chain/local/reorganise.ts';
import {
  localHead,
  minedIn,
  type PreparedPayment,
  prepareSimulated,
  sendSimulated,
} from '#chain/local/simulated-payer.ts';
import type { Simulation } from '#db/entities/simulation.entity.ts';
import type { Em } from '#db/orm.ts';
import {
  endTimeToPay,
  listOpenSimulations,
  moveSimulation,
  noteSimulationTrouble,
  readSimulatedTransfer,
} from '#db/simulations/open-simulations.ts';
import type { Chain } from '#domain/chains.ts';
import type { EnabledChain } from '#domain/config.ts';
import { endsTheClock } from '#domain/simulations.ts';
import { isAwaitingPayment } from '#domain/status.ts';

const AT_ONCE = 20;
/** What has not ended by then failed. Longer than a deadline needs, with watchers that are a little behind. */
const GIVE_UP_MS = 10 * 60_000;
/** How long the chain is held for the watcher at a time. */
const WATCH_MS = 8_000;
const POLL_MS = 50;

export interface SimulatorOptions {
  em: Em;
  chains: readonly EnabledChain[];
  logger: Pick<Logger, 'info' | 'warn'>;
  /** How long a chain is held for its watcher at a time. */
  watchMs?: number;
}

export interface Simulator {
  /** Moves every open simulation on by what is possible now. */
  pass(): Promise<void>;
}

interface LocalChain {
  chain: Chain;
  rpcUrl: string;
}

/** Whether the condition came true in time. */
const within = async (ms: number, condition: () => Promise<boolean>): Promise<boolean> => {
  for (const until = Date.now() + ms; ; await delay(POLL_MS)) {
    if (await condition()) return true;
    if (Date.now() > until) return false;
  }
};

/** Null without a local chain: then there is nothing to simulate on. */
export const createSimulator = ({ em, chains, logger, watchMs = WATCH_MS }: SimulatorOptions): Simulator | null => {
  const local = new Map(
    chains.flatMap(({ chain, rpcUrls: [rpcUrl] }) =>
      chain.local && rpcUrl ? [[chain.id, { chain, rpcUrl }] as const] : [],
    ),
  );
  if (local.size === 0) return null;
  /** Two cannot hold one chain: what the first lets go, the second still needs. */
  const held = new Set<number>();

  const advance = async (simulation: Simulation): Promise<void> => {
    const { id, scenario, intent } = simulation;
    if (Date.now() - simulation.createdAt.getTime() > GIVE_UP_MS) {
      await moveSimulation(em, simulation, 'failed', { lastError: simulation.lastError ?? 'It took too long.' });
      return;
    }
    if (simulation.state === 'queued') {
      if (endsTheClock(scenario)) await endTimeToPay(em, intent.id);
      await moveSimulation(em, simulation, endsTheClock(scenario) ? 'ending' : 'paying');
    } else if (simulation.state === 'ending') {
      // A status beside the open ones is the end that the workflow decided on.
      if (!isAwaitingPayment(intent.status))
        await moveSimulation(em, simulation, scenario === 'expired' ? 'done' : 'paying');
    } else {
      const place = local.get(simulation.chainId ?? 0);
      if (!place) throw new Error('The local chain of this simulation is not on.');
      const isToPay = simulation.state === 'paying' || scenario === 'reorganised';
      await (isToPay ? pay(simulation, place) : follow(simulation, place));
    }
    logger.info({ simulation: id, intent: intent.id, scenario, was: simulation.state }, 'simulation');
  };

  const pay = async (simulation: Simulation, place: LocalChain): Promise<void> => {
    const { id: simulationId, token, amountBaseUnits, intent, scenario } = simulation;
    if (!token || !amountBaseUnits) throw new Error('This simulation pays nothing.');
    const to = intent.depositAddress;
    const payment = await prepareSimulated({ ...place, simulationId, token, to, amountBaseUnits });
    if (!payment) return;
    if (scenario === 'reorganised') return await payAndRemove(simulation, payment, place);
    await sendSimulated(place.rpcUrl, payment);
    await moveSimulation(em, simulation, 'sent', { txHash: payment.txHash });
  };

  const follow = async (simulation: Simulation, { rpcUrl }: LocalChain): Promise<void> => {
    const { txHash } = simulation;
    if (!txHash) throw new Error('This simulation has no transaction.');
    if ((await minedIn(rpcUrl, txHash)) !== null) await moveSimulation(em, simulation, 'done');
  };

  /**
   * The chain is held from before the payment until it is removed: its block never gets one on top, so nothing confirms it, however
   * late the watcher is. It is removed once its order shows it, or else nobody would see that it was there. One that is not shown by
   * then is removed all the same, and sent again by the next pass.
   */
  const payAndRemove = async (
    simulation: Simulation,
    payment: PreparedPayment,
    { chain, rpcUrl }: LocalChain,
  ): Promise<void> => {
    if (held.has(chain.id)) return;
    held.add(chain.id);
    const { txHash } = payment;
    const read = () => readSimulatedTransfer(em, txHash);
    const isShown = async (): Promise<boolean> => {
      const found = await read();
      return found?.state === 'seen' && !isAwaitingPayment(found.status);
    };
    try {
      await whileHeld(rpcUrl, chain.blockSeconds, async () => {
        await sendSimulated(rpcUrl, payment);
        if ((await minedIn(rpcUrl, txHash)) === null) await localCall(rpcUrl, 'evm_mine', []);
        const block = await minedIn(rpcUrl, txHash);
        if (block === null) throw new Error('The payment waits for its block.');
        if (simulation.state === 'paying') {
          if (!(await moveSimulation(em, simulation, 'sent', { txHash }))) return;
          simulation.state = 'sent';
        }
        const wasShown = await within(watchMs, isShown);
        // Another worker's, of which a crash left the chain mining.
        if ((await read())?.state === 'confirmed') {
          const lastError =
            'The payment was confirmed before it could be removed. Simulate it again with another order.';
          return void (await moveSimulation(em, simulation, 'failed', { lastError }));
        }
        await reorganise(rpcUrl, Number((await localHead(rpcUrl)) - block) + 1, { without: txHash });
        if (!wasShown) throw new Error('The order does not show the payment yet; it is sent again.');
        await moveSimulation(em, simulation, 'done');
      });
    } finally {
      held.delete(chain.id);
    }
  };

  return {
    async pass() {
      const open = await listOpenSimulations(em, AT_ONCE);
      await Promise.all(
        open.map((simulation) =>
          advance(simulation).catch(async (error: Error) => {
            logger.warn({ simulation: simulation.id, reason: error.message }, 'a simulation waits; retrying');
            await noteSimulationTrouble(em, simulation.id, error.message);
          }),
        ),
      );
    },
  };
};
