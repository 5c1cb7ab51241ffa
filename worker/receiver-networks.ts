// Reads what each network has at the receiving addresses of stores, so that a network that was enabled after an address was saved is offered
// where the address can keep money, and nowhere else (decision 0092). All state is in Postgres.
import type { Logger } from 'pino';
import { readCodes } from '#chain/address-code.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { type NoticedNetwork, tellOfNetworks } from '#db/merchants/network-notices.ts';
import { listUnreadReceivers, saveReceiverCodes } from '#db/merchants/receiver-codes.ts';
import type { Em } from '#db/orm.ts';
import { allChains } from '#domain/chains.ts';
import type { LeaderTask } from './leader-tasks.ts';

/** How long a new network waits until stores offer it. */
const READ_MS = 5_000;
/** How often it is read whether stores must be told of a network. */
const TELL_MS = 60_000;
/** Two calls each, in one batch. */
const RECEIVERS_PER_PASS = 50;

export interface ReceiverNetworksOptions {
  em: Em;
  pools: ReadonlyMap<number, RpcPool>;
  logger: Pick<Logger, 'info' | 'warn'>;
}

/** One pass. A network that does not respond is read again by the next one. @returns how many addresses were read, over all networks */
export const readReceiverNetworks = async ({ em, pools, logger }: ReceiverNetworksOptions): Promise<number> => {
  const counts = await Promise.all(
    [...pools].map(async ([chainId, pool]) => {
      const due = await listUnreadReceivers(em, chainId, RECEIVERS_PER_PASS);
      if (due.length === 0) return 0;
      const kinds = await readCodes(pool, due);
      if (!kinds) {
        logger.warn({ chainId, waiting: due.length }, 'receiving addresses could not be read; retrying later');
        return 0;
      }
      const found = due.flatMap((address, index) => {
        const kind = kinds[index];
        return kind ? [{ address, kind }] : [];
      });
      await saveReceiverCodes(em, chainId, found);
      logger.info({ chainId, addresses: found.length }, 'receiving addresses were read');
      return found.length;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
};

/** Tells stores of networks that they accept and cannot use. A network without a pool is off. */
export const tellStoresOfNetworks = async ({ em, pools, logger }: ReceiverNetworksOptions): Promise<void> => {
  // The coins of local chains have no value.
  const networks = allChains()
    .filter(({ local }) => !local)
    .map(({ id, name, isTest, tokens }): NoticedNetwork => ({ id, name, isTest, isOn: pools.has(id), tokens }));
  const stores = await tellOfNetworks(em, networks);
  if (stores > 0) logger.info({ stores }, 'stores are told of networks that they cannot use');
};

/** The leader's work about receivers and networks. */
export const receiverTasks = (options: ReceiverNetworksOptions): LeaderTask[] => [
  { name: 'networks of receivers', intervalMs: READ_MS, run: () => readReceiverNetworks(options) },
  { name: 'stores of networks', intervalMs: TELL_MS, run: () => tellStoresOfNetworks(options) },
];
