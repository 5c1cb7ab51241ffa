// Chains at the start of a worker (decision 0087): a configured one that contradicts its entry, or that the ledger knows and no entry has,
// stops the start. Once it was watched, what a chain says is a warning: a contract that is upgraded must not stop the other chains.
import { Wallet } from 'ethers';
import type { Logger } from 'pino';
import { type ChainFinding, checkChain } from '#chain/check-chain.ts';
import type { Em } from '#db/orm.ts';
import { readWatchedChains, type WatchedChains } from '#db/watching/watched-chains.ts';
import type { Address } from '#domain/address.ts';
import { chainsDigest, configuredEntries, refuseForgottenChains } from '#domain/chains.ts';
import type { EnabledChain } from '#domain/config.ts';
import { ConfigError } from '#domain/errors.ts';

export interface ChainAdmissionDeps {
  em: Em;
  /** Those that are on. */
  chains: readonly EnabledChain[];
  relayerKeys: readonly string[];
  logger: Pick<Logger, 'info' | 'warn'>;
}

/** Throws ConfigError that names the field: `CHAINS_FILE: chains[0].tokens[1].decimals: …`. */
export const admitChains = async ({ em, chains, relayerKeys, logger }: ChainAdmissionDeps): Promise<void> => {
  logger.info(
    { chainsDigest: chainsDigest(), configured: configuredEntries().map(({ id }) => id) },
    'chains are known',
  );
  const watched = await watchedSoFar(em, logger);
  if (watched) refuseForgottenChains(watched);
  const relayers = relayerKeys.map((key) => new Wallet(key).address as Address);
  const configured = configuredEntries().flatMap((entry, index) => {
    const enabled = chains.find(({ chain }) => chain.id === entry.id);
    return enabled ? [{ enabled, index }] : [];
  });
  await Promise.all(
    configured.map(async ({ enabled, index }) => {
      const findings = await checkChain(enabled, { relayers, sockets: false });
      const chainId = enabled.chain.id;
      for (const found of findings.filter(({ state }) => state !== 'ok')) {
        const message = problemText(index, chainId, found);
        if (watched && !watched.chainIds.includes(chainId) && stopsAStart(found)) throw new ConfigError(message);
        logger.warn({ chainId, field: found.field }, message);
      }
    }),
  );
};

/** Not what changes from hour to hour: a gas price, the relayer's balance, a provider that is away. */
const stopsAStart = ({ field, state }: ChainFinding): boolean =>
  (state === 'wrong' && field !== 'gasPriceCapGwei') || (state === 'missing' && field !== 'native');

const problemText = (index: number, chainId: number, { field, state, detail }: ChainFinding): string => {
  const next = state === 'missing' && field !== 'native' ? ` (npm run admin -- chain deploy ${chainId})` : '';
  return `CHAINS_FILE: chains[${index}].${field}: ${detail}${next}`;
};

/** Null while Postgres is away: a worker starts without it. */
const watchedSoFar = async (em: Em, logger: Pick<Logger, 'warn'>): Promise<WatchedChains | null> => {
  try {
    return await readWatchedChains(em.fork());
  } catch (err) {
    logger.warn({ err }, 'chains were not compared with the ledger: the database is away');
    return null;
  }
};
