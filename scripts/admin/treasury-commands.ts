// `treasury report|keys`: what the relayer's gas cost, by network and store, and what its keys have left (decision 0100).
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Wallet } from 'ethers';
import { loadChains } from '#chain/chains-file.ts';
import { priceOf, readFees } from '#chain/gas-fees.ts';
import { readNativeBalance } from '#chain/relayer-chain.ts';
import { createRpcPool } from '#chain/rpc-pool.ts';
import { type ChainGas, readChainGas, readStoreGas, type StoreGas } from '#db/settlements/gas-spent.ts';
import { listRelayerStatus, type RelayerStatus } from '#db/settlements/relayer-status.ts';
import type { Address } from '#domain/address.ts';
import { networkName } from '#domain/chains.ts';
import type { EnabledChain, Env } from '#domain/config.ts';
import { UserError } from '#domain/errors.ts';
import { gasCost, type MonthPeriod, monthOf, monthPeriod } from '#domain/gas-report.ts';
import { formatUnits, weiOf } from '#domain/money.ts';
import { settlementsPaidBy } from '#domain/settlements.ts';
import { action, type Result, systemEnvironment, withDatabase } from './context.ts';
import { table } from './format.ts';
import { relayerKeysOf } from './relayer-keys.ts';

const RPC_TIMEOUT_MS = 15_000;

export const addTreasuryCommands = (program: Command): void => {
  const treasury = program.command('treasury').description('what settling costs: gas by network and store, and keys');

  const report = treasury
    .command('report')
    .description('gas of a month by network and store, beside the fees that were earned')
    .addOption(new Option('--month <month>', 'such as 2026-11, in UTC; default: this month').argParser(asMonth));
  action(report, async (options) => {
    const month = (options.month as MonthPeriod | undefined) ?? asMonth(monthOf(new Date()));
    const env = systemEnvironment();
    return await withDatabase(env, async (em) =>
      reported(month, await readChainGas(em, month), await readStoreGas(em, month)),
    );
  });

  const keys = treasury
    .command('keys')
    .description('the keys of RELAYER_KEY on each network: gas, settlements that it pays, transactions in flight');
  action(keys, async () => {
    const env = systemEnvironment();
    const rows = await withDatabase(env, listRelayerStatus);
    return listedKeys(await Promise.all(loadChains(env).map((enabled) => keysOn(env, enabled, rows))));
  });
};

const asMonth = (text: string): MonthPeriod => {
  const period = monthPeriod(text);
  if (!period) throw new InvalidArgumentError('must be a month such as 2026-11');
  return period;
};

/** Documented in docs/runbook.md. */
const reported = ({ month }: MonthPeriod, chains: readonly ChainGas[], stores: readonly StoreGas[]): Result => {
  const cost = ({ chainId, feeWei }: ChainGas | StoreGas) => gasCost(chainId, feeWei);
  return {
    json: {
      month,
      networks: chains.map((row) => ({
        ...{ chain_id: row.chainId, network: networkName(row.chainId) },
        ...{ transactions: row.transactions, failed: row.failed, unknown: row.unknown },
        ...{ gas_used: String(row.gasUsed), fee_wei: String(row.feeWei), ...cost(row) },
      })),
      stores: stores.map((row) => ({
        ...{ chain_id: row.chainId, network: networkName(row.chainId) },
        ...{ store_id: row.storeId, store: row.storeName, is_test: row.isTest, settlements: row.settlements },
        ...{ fee_wei: String(row.feeWei), ...cost(row), earned: formatUnits(row.earnedUnits) },
      })),
    },
    lines: [
      `Gas of ${month} (UTC)`,
      '',
      ...table(
        ['network', 'transactions', 'failed', 'gas', 'cost', 'about USD'],
        chains.map((row) => [
          ...[networkName(row.chainId), String(row.transactions), String(row.failed), String(row.gasUsed)],
          ...[`${cost(row).coins} ${cost(row).symbol}`, cost(row).usd ?? '-'],
        ]),
      ),
      '',
      ...table(
        ['network', 'store', 'settlements', 'cost', 'about USD', 'fees earned'],
        stores.map((row) => [
          ...[networkName(row.chainId), `${row.storeName} (${row.storeId})`, String(row.settlements)],
          ...[`${cost(row).coins} ${cost(row).symbol}`, cost(row).usd ?? '-', formatUnits(row.earnedUnits)],
        ]),
      ),
      ...unknownLines(chains),
    ],
  };
};

const unknownLines = (chains: readonly ChainGas[]): string[] => {
  const unknown = chains.reduce((sum, row) => sum + row.unknown, 0);
  return unknown === 0 ? [] : ['', `${unknown} transactions have no figure: an older release concluded them.`];
};

interface KeyRow {
  chainId: number;
  symbol: string;
  relayer: Address;
  /** False: its key is not in RELAYER_KEY any more. */
  hasKey: boolean;
  /** In wei; null: no provider responded. */
  balance: bigint | null;
  settlementsLeft: number | null;
  inFlight: number;
}

const keysOn = async (
  env: Env,
  { chain, rpcUrls }: EnabledChain,
  rows: readonly RelayerStatus[],
): Promise<KeyRow[]> => {
  const known = rows.filter(({ chainId }) => chainId === chain.id);
  const own = relayerKeysOf(env).map((key) => new Wallet(key).address as Address);
  const left = known.filter(({ address, inFlight }) => inFlight > 0 && !own.includes(address));
  const accounts = [...own, ...left.map(({ address }) => address)];
  const keyRow = (relayer: Address): KeyRow => ({
    ...{ chainId: chain.id, symbol: chain.nativeSymbol, relayer, hasKey: own.includes(relayer) },
    ...{ inFlight: known.find(({ address }) => address === relayer)?.inFlight ?? 0 },
    ...{ balance: null, settlementsLeft: null },
  });
  const pool = createRpcPool({ chainId: chain.id, urls: rpcUrls, timeoutMs: RPC_TIMEOUT_MS });
  try {
    const { balances, price } = await pool.use(async (provider) => ({
      balances: await Promise.all(accounts.map((account) => readNativeBalance(provider, account))),
      price: priceOf(await readFees(provider)),
    }));
    return accounts.map((relayer, index) => {
      const balance = balances[index] ?? 0n;
      return { ...keyRow(relayer), balance, settlementsLeft: settlementsPaidBy(balance, price) };
    });
  } catch {
    return accounts.map(keyRow);
  } finally {
    await pool.close();
  }
};

const listedKeys = (networks: readonly KeyRow[][]): Result => {
  const rows = networks.flat();
  if (rows.length === 0) throw new UserError('no_keys', 'RELAYER_KEY is empty: this system settles nothing');
  const coins = ({ chainId, balance }: KeyRow) => (balance === null ? null : gasCost(chainId, weiOf(balance)).coins);
  return {
    json: {
      keys: rows.map((row) => ({
        ...{ chain_id: row.chainId, network: networkName(row.chainId), relayer: row.relayer, has_key: row.hasKey },
        ...{ balance: coins(row), symbol: row.symbol, settlements_left: row.settlementsLeft, in_flight: row.inFlight },
      })),
    },
    lines: table(
      ['network', 'relayer', 'balance', 'settlements left', 'in flight'],
      rows.map((row) => [
        ...[networkName(row.chainId), row.hasKey ? row.relayer : `${row.relayer} (no key)`],
        ...[row.balance === null ? 'no provider responded' : `${coins(row)} ${row.symbol}`],
        ...[row.settlementsLeft === null ? '-' : String(row.settlementsLeft), String(row.inFlight)],
      ]),
    ),
  };
};
