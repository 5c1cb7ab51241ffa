// What a wallet sent, from the database, and what it received recently, from the chains' logs. Older receipts are left to block
// explorers: public nodes reject wide ranges.
import { listWalletTxs } from '#db/accounts/account-wallets.ts';
import type { Address, Hex } from '#domain/address.ts';
import { type Chain, chainById, explorerTxUrl, tokenAt, tokenName } from '#domain/chains.ts';
import { addressFromTopic, TRANSFER_TOPIC, topicOfAddress } from '#domain/erc20.ts';
import { formatDecimal } from '#domain/money.ts';
import type { HistoryEntry } from './account-types.ts';
import { refreshSent, type SendDeps } from './send-transfer.ts';

/** Range of the search for receipts; common providers accept twice as much. */
const LOOK_BACK_BLOCKS = 5_000n;

interface Log {
  address: string;
  topics: readonly Hex[];
  data: Hex;
  transactionHash: Hex;
  blockTimestamp?: Hex;
}

/** Newest first. Leaves out the receipts of a chain that does not respond. */
export const readHistory = async (deps: SendDeps, userId: string, owner: Address): Promise<HistoryEntry[]> => {
  const [sent, received] = await Promise.all([
    sentEntries(deps, userId),
    Promise.all(deps.access.chains.map((chain) => receivedEntries(deps, chain, owner).catch(() => []))),
  ]);
  // ISO times compare as text. Entries without a time sort as the oldest.
  return [...sent, ...received.flat()].sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
};

const sentEntries = async (deps: SendDeps, userId: string): Promise<HistoryEntry[]> => {
  const txs = await listWalletTxs(deps.orm.em, userId);
  await refreshSent(deps, txs);
  return txs.map((tx) => {
    const chain = chainById(tx.chainId);
    return {
      direction: 'out',
      chainId: chain.id,
      network: chain.name,
      symbol: tokenName(chain.id, tx.token, tx.coin),
      amount: formatDecimal(tx.amountBaseUnits, tokenAt(chain, tx.token)?.decimals ?? 0, 2),
      counterparty: tx.toAddress,
      txHash: tx.txHash,
      explorerUrl: explorerTxUrl(chain, tx.txHash),
      at: tx.createdAt.toISOString(),
      state: tx.state,
      intentId: tx.intent?.id ?? null,
    };
  });
};

const receivedEntries = async ({ access }: SendDeps, chain: Chain, owner: Address): Promise<HistoryEntry[]> => {
  const logs = await access.pool(chain.id).use(async (provider) => {
    const head = BigInt((await provider.call('eth_blockNumber', [])) as Hex);
    const from = head > LOOK_BACK_BLOCKS ? head - LOOK_BACK_BLOCKS : 0n;
    const filter = {
      fromBlock: `0x${from.toString(16)}`,
      toBlock: `0x${head.toString(16)}`,
      address: chain.tokens.map(({ address }) => address),
      topics: [TRANSFER_TOPIC, null, topicOfAddress(owner)],
    };
    return (await provider.call('eth_getLogs', [filter])) as Log[];
  });
  return logs.flatMap((log): HistoryEntry[] => {
    const token = chain.tokens.find(({ address }) => address.toLowerCase() === log.address.toLowerCase());
    const [, from] = log.topics;
    if (!token || !from) return [];
    return [
      {
        direction: 'in',
        chainId: chain.id,
        network: chain.name,
        symbol: token.name,
        amount: formatDecimal(BigInt(log.data), token.decimals, 2),
        counterparty: addressFromTopic(from),
        txHash: log.transactionHash,
        explorerUrl: explorerTxUrl(chain, log.transactionHash),
        at: log.blockTimestamp ? new Date(Number(log.blockTimestamp) * 1000).toISOString() : null,
        state: 'mined',
        intentId: null,
      },
    ];
  });
};
