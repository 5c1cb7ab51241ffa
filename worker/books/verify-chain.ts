// Verifies the books of one chain at one block: the ledger's records of each deposit address that received money against balances,
// the factory's events and the tokens' logs (decision 0058).
import { chainTransferOf, PAYOUT_TOPICS, payoutOf } from '#chain/payout-events.ts';
import { BlockReplacedError, type PinnedBlock, type PinnedReads, pinnedReads } from '#chain/pinned-reads.ts';
import { malformed } from '#chain/rpc-errors.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { listPaidAddresses, type PaidAddresses, readLedgerAccounts } from '#db/books/ledger-accounts.ts';
import type { Em } from '#db/orm.ts';
import type { Address } from '#domain/address.ts';
import type {
  BookDifference,
  BookFigures,
  ChainAccount,
  ChainTransfer,
  CheckedAccount,
  LedgerAccount,
  Payout,
} from '#domain/books/book-facts.ts';
import { checkAccount, isInboundEnough, liveTransfers } from '#domain/books/check-account.ts';
import type { CoinId } from '#domain/coins.ts';
import { TRANSFER_TOPIC, topicOfAddress } from '#domain/erc20.ts';
import { add, ZERO } from '#domain/money.ts';

/** Figures of one token of the chain. */
export interface TokenFigures extends BookFigures {
  token: Address;
  coin: CoinId;
  addresses: number;
}

export interface ChainBooks {
  chainId: number;
  block: PinnedBlock;
  addresses: number;
  tokens: TokenFigures[];
  differences: BookDifference[];
}

/** Intents of one step: their addresses fit into one filter for logs. */
const STEP = 500;
const ATTEMPTS = 3;

/** Starts again at another block when a reorganisation replaced the block. Throws RpcError when no provider has it. */
export const verifyChain = async (
  em: Em,
  pool: RpcPool,
  storeId: string | null,
  first: { now: Date; paid: PaidAddresses },
): Promise<ChainBooks> => {
  let { now, paid } = first;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await verifyAt(em, pool, now, paid);
    } catch (error) {
      if (!(error instanceof BlockReplacedError) || attempt === ATTEMPTS) throw error;
      const again = await listPaidAddresses(em, storeId);
      now = again.now;
      paid = again.chains.find(({ chainId }) => chainId === paid.chainId) ?? paid;
    }
  }
};

const verifyAt = async (em: Em, pool: RpcPool, began: Date, paid: PaidAddresses): Promise<ChainBooks> => {
  const { chainId, cursor, firstBlock, factories, intentIds } = paid;
  if (!cursor) throw malformed('watcher', 'has read no block yet');
  const reads = pinnedReads(pool, cursor);
  const events = await reads.logsSince(firstBlock, { address: factories, topics: PAYOUT_TOPICS });
  const payouts = Map.groupBy(
    events.flatMap((log) => payoutOf(log) ?? []),
    ({ deposit }) => deposit,
  );
  const tokens = new Map<Address, TokenFigures>();
  const differences: BookDifference[] = [];
  for (let start = 0; start < intentIds.length; start += STEP) {
    const accounts = await readLedgerAccounts(em, chainId, intentIds.slice(start, start + STEP), began);
    for (const [account, checked] of await checkStep(reads, accounts, payouts, firstBlock)) {
      addFigures(tokens, account, checked.figures);
      differences.push(...checked.differences);
    }
  }
  return { chainId, block: cursor, addresses: intentIds.length, tokens: [...tokens.values()], differences };
};

const keyOf = (address: Address, token: Address): string => `${address}:${token}`;

const checkStep = async (
  reads: PinnedReads,
  accounts: readonly LedgerAccount[],
  payouts: ReadonlyMap<Address, Payout[]>,
  firstBlock: bigint,
): Promise<[LedgerAccount, CheckedAccount][]> => {
  const { number: block } = reads.block;
  const payoutsOf = ({ depositAddress, token }: LedgerAccount): Payout[] =>
    (payouts.get(depositAddress) ?? []).filter((payout) => payout.token === token);
  const balances = await reads.balances(accounts.map(({ token, depositAddress: owner }) => ({ token, owner })));
  const [inbound, outbound, foundRefunds] = [
    await readTransfers(reads, accounts, 'to', (one) =>
      liveTransfers(one, block).map(({ blockNumber }) => blockNumber),
    ),
    await readTransfers(reads, accounts, 'from', (one) =>
      payoutsOf(one).flatMap(({ blockNumber }) => (blockNumber <= block ? [blockNumber] : [])),
    ),
    await findWalletRefunds(reads, accounts),
  ];
  const facts = accounts.map((account, index): ChainAccount => {
    const isUsed = account.transfers.length + payoutsOf(account).length > 0;
    // A token that is not on the chain has no balances; it is nobody's money.
    const balance = balances[index] ?? (isUsed ? null : ZERO);
    if (balance === null) throw malformed('rpc', `token ${account.token} does not tell balances`);
    const key = keyOf(account.depositAddress, account.token);
    return {
      ...{ block, balance, foundRefunds, payouts: payoutsOf(account), isInboundComplete: false },
      ...{ inbound: inbound.get(key) ?? [], outbound: outbound.get(key) ?? [] },
    };
  });
  const unclear = accounts.filter((account, index) => {
    const chain = facts[index];
    return chain && !isInboundEnough(account, chain);
  });
  const complete = await readAllInbound(reads, unclear, firstBlock);
  return accounts.flatMap((account, index) => {
    const chain = facts[index];
    if (!chain) return [];
    const all = unclear.includes(account) ? (complete.get(keyOf(account.depositAddress, account.token)) ?? []) : null;
    return [[account, checkAccount(account, all ? { ...chain, inbound: all, isInboundComplete: true } : chain)]];
  });
};

type Transfers = Map<string, ChainTransfer[]>;

const byAccount = (logs: readonly ChainTransfer[], side: 'from' | 'to'): Transfers =>
  Map.groupBy(logs, (log) => keyOf(log[side], log.token));

const filterFor = (accounts: readonly LedgerAccount[], side: 'from' | 'to') => {
  const topics = [...new Set(accounts.map(({ depositAddress }) => topicOfAddress(depositAddress)))];
  return {
    address: [...new Set(accounts.map(({ token }) => token))],
    topics: side === 'to' ? [TRANSFER_TOPIC, null, topics] : [TRANSFER_TOPIC, topics],
  };
};

/** Transfers to or from the addresses in the given blocks. */
const readTransfers = async (
  reads: PinnedReads,
  accounts: readonly LedgerAccount[],
  side: 'from' | 'to',
  blocksOf: (account: LedgerAccount) => bigint[],
): Promise<Transfers> => {
  const inBlock = new Map<bigint, LedgerAccount[]>();
  for (const account of accounts)
    for (const number of new Set(blocksOf(account))) inBlock.set(number, [...(inBlock.get(number) ?? []), account]);
  const filters = [...inBlock].map(([blockNumber, there]) => ({ blockNumber, ...filterFor(there, side) }));
  return byAccount(
    (await reads.logsInBlocks(filters)).flatMap((log) => chainTransferOf(log) ?? []),
    side,
  );
};

/** Every transfer to addresses whose figures do not fit: the records alone do not say which one is missing. */
const readAllInbound = async (
  reads: PinnedReads,
  accounts: readonly LedgerAccount[],
  firstBlock: bigint,
): Promise<Transfers> => {
  if (accounts.length === 0) return new Map();
  const logs = await reads.logsSince(firstBlock, filterFor(accounts, 'to'));
  return byAccount(
    logs.flatMap((log) => chainTransferOf(log) ?? []),
    'to',
  );
};

/** Ids of confirmed refunds from a wallet whose transfer is on the chain with its amount and recipient. */
const findWalletRefunds = async (reads: PinnedReads, accounts: readonly LedgerAccount[]): Promise<Set<string>> => {
  const refunds = accounts.flatMap(({ token, refunds: own }) =>
    own.flatMap((refund) =>
      refund.source !== 'deposit' && refund.isConfirmed && refund.txHash
        ? [{ ...refund, token, txHash: refund.txHash }]
        : [],
    ),
  );
  const logs = await reads.logsOfTransactions([...new Set(refunds.map(({ txHash }) => txHash))]);
  const isThere = (refund: (typeof refunds)[number]): boolean =>
    (logs.get(refund.txHash) ?? []).some((log) => {
      const found = chainTransferOf(log);
      return (
        found !== undefined &&
        found.token === refund.token &&
        found.to === refund.to &&
        found.amountBaseUnits === refund.amountBaseUnits &&
        (refund.logIndex === null || refund.logIndex === found.logIndex)
      );
    });
  return new Set(refunds.filter(isThere).map(({ id }) => id));
};

const addFigures = (tokens: Map<Address, TokenFigures>, { token, coin }: LedgerAccount, figures: BookFigures): void => {
  if (Object.values(figures).every((units) => units === 0n)) return;
  const before = tokens.get(token);
  const plus = (name: keyof BookFigures) => add(before?.[name] ?? ZERO, figures[name]);
  tokens.set(token, {
    ...{ token, coin, addresses: (before?.addresses ?? 0) + 1 },
    receivedUnits: plus('receivedUnits'),
    settledUnits: plus('settledUnits'),
    refundedUnits: plus('refundedUnits'),
    feeUnits: plus('feeUnits'),
    heldUnits: plus('heldUnits'),
    bookedUnits: plus('bookedUnits'),
  });
};
