// Carries out the simulated payments of test stores (decision 0080), on local chains only: it is made with the RPC URLs of those alone. All
// state is in Postgres, each step is safe to repeat, and a pass costs one query while nothing is open.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { whileHeld } from '#chain/local/hold-mining.ts';
import { reorganise } from '#chain/local/reorganise.ts';
import { localHead, minedIn, paySimulated } from '#chain/local/simulated-payer.ts';
import type { Simulation } from '#db/entities/simulation.entity.ts';
import type { Em } from '#db/orm.ts';
import {
  endTimeToPay,
  listOpenSimulations,
  moveSimulation,
  noteSimulationTrouble,
  readSimulatedTransfer,
} from '#db/simulations/open-simulations.ts';
import type { Hex } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import type { EnabledChain } from '#domain/config.ts';
import { endsTheClock } from '#domain/simulations.ts';
import { isAwaitingPayment } from '#domain/status.ts';

const AT_ONCE = 20;
/** What has not ended by then failed. Longer than a deadline needs, with watchers that are a little behind. */
const GIVE_UP_MS = 10 * 60_000;
/** Longer than a local chain takes for a block. */
const BLOCK_MS = 5_000;
/** How long the chain is held for the watcher. */
const WATCH_MS = 8_000;
const POLL_MS = 50;

export interface SimulatorOptions {
  em: Em;
  chains: readonly EnabledChain[];
  logger: Pick<Logger, 'info' | 'warn'>;
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
export const createSimulator = ({ em, chains, logger }: SimulatorOptions): Simulator | null => {
  const local = new Map(
    chains.flatMap(({ chain, rpcUrls: [rpcUrl] }) =>
      chain.local && rpcUrl ? [[chain.id, { chain, rpcUrl }] as const] : [],
    ),
  );
  if (local.size === 0) return null;

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
      await (simulation.state === 'paying' ? pay(simulation, place) : follow(simulation, place));
    }
    logger.info({ simulation: id, intent: intent.id, scenario, was: simulation.state }, 'simulation');
  };

  const pay = async (simulation: Simulation, { chain, rpcUrl }: LocalChain): Promise<void> => {
    const { id: simulationId, token, amountBaseUnits, intent } = simulation;
    if (!token || !amountBaseUnits) throw new Error('This simulation pays nothing.');
    const to = intent.depositAddress;
    const txHash = await paySimulated({ rpcUrl, chain, simulationId, token, to, amountBaseUnits });
    if (!txHash || !(await moveSimulation(em, simulation, 'sent', { txHash }))) return;
    if (simulation.scenario === 'reorganised') {
      await removeAgain(Object.assign(simulation, { state: 'sent', txHash }), { chain, rpcUrl }, txHash);
    }
  };

  const follow = async (simulation: Simulation, place: LocalChain): Promise<void> => {
    const { txHash, scenario } = simulation;
    if (!txHash) throw new Error('This simulation has no transaction.');
    if (scenario === 'reorganised') await removeAgain(simulation, place, txHash);
    else if ((await minedIn(place.rpcUrl, txHash)) !== null) await moveSimulation(em, simulation, 'done');
  };

  /**
   * Two blocks confirm, so the chain is held from the payment's block until the watcher has seen it. What a crash leaves held, the
   * next pass over this row frees.
   */
  const removeAgain = async (simulation: Simulation, { chain, rpcUrl }: LocalChain, txHash: Hex): Promise<void> => {
    const state = () => readSimulatedTransfer(em, txHash);
    if ((await state()) === 'orphaned') return void (await moveSimulation(em, simulation, 'done'));
    if (!(await within(BLOCK_MS, async () => (await minedIn(rpcUrl, txHash)) !== null))) return;
    const isRemoved = await whileHeld(rpcUrl, chain.blockSeconds, async () => {
      if (!(await within(WATCH_MS, async () => (await state()) !== null))) return null;
      const block = await minedIn(rpcUrl, txHash);
      if ((await state()) !== 'seen' || block === null) return false;
      await reorganise(rpcUrl, Number((await localHead(rpcUrl)) - block) + 1, { without: txHash });
      return true;
    });
    if (isRemoved) await moveSimulation(em, simulation, 'done');
    else if (isRemoved === false) {
      const lastError = 'The payment was confirmed before it could be removed. Simulate it again with another order.';
      await moveSimulation(em, simulation, 'failed', { lastError });
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
