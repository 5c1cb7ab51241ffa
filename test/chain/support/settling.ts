// Intents whose money waits on-chain, and relayers that run until they are stopped.
import { createRelayer, type RelayerDeps } from '#chain/relayer.ts';
import type { RelayerOptions } from '#chain/relayer-context.ts';
import { createRpcPool } from '#chain/rpc-pool.ts';
import { RelayerTx, Settlement } from '#db/entities/chain.entity.ts';
import type { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { createSettlementLedger } from '#db/settlements/settlement-ledger.ts';
import type { Address, Hex } from '#domain/address.ts';
import { chainById, type Token, tokenOf } from '#domain/chains.ts';
import type { CoinId } from '#domain/coins.ts';
import { type Units, unitsOf } from '#domain/money.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
import { type PayableChain, silentLog, type World } from './world.ts';

const CENT: Units = unitsOf(10n ** 16n);

const tokenFor = (chainId: number, coin: CoinId): Token => {
  const token = tokenOf(chainById(chainId), coin);
  if (!token) throw new Error(`no coin ${coin} on ${chainId}`);
  return token;
};
const tokenAddress = (chainId: number, coin: CoinId): Address => tokenFor(chainId, coin).address;

/** An intent with money in its deposit address and a pending settlement, as `recordPayment` leaves it. */
export const paidIntent = async (
  world: World,
  chain: PayableChain,
  units: Units,
  { coin = 1, receiver }: { coin?: CoinId; receiver?: Address } = {},
): Promise<CheckoutIntent> => {
  // The price may differ from the amount paid, and is at least a cent.
  const amountUnits = units < CENT ? CENT : units;
  const intent = await world.createIntent({ amountUnits, ...(receiver ? { receiver } : {}) });
  const txHash = await chain.pay(intent.depositAddress, units, coin);
  await addTransfer(world, chain, intent, { units, coin, txHash });
  await addSettlement(world, chain, intent, coin);
  return intent;
};

/** The transfer as a watcher would have stored it. */
const addTransfer = async (
  world: World,
  chain: PayableChain,
  intent: CheckoutIntent,
  { units, coin, txHash }: { units: Units; coin: CoinId; txHash: Hex },
): Promise<void> => {
  const head = String(await chain.head());
  await world.orm.em.fork().execute(
    `insert into token_transfer (chain_id, block_number, block_hash, block_time, tx_hash, log_index, token, coin, from_address,
       to_address, amount_base_units, amount_units, intent_id, state)
     values (?, ?, ?, now(), ?, 0, ?, ?, ?, ?, ?, ?, ?, 'confirmed')`,
    [
      chain.chainId,
      head,
      txHash,
      txHash,
      tokenAddress(chain.chainId, coin),
      coin,
      chain.payer,
      intent.depositAddress,
      String(units / 10n ** BigInt(18 - tokenFor(chain.chainId, coin).decimals)),
      String(units),
      intent.id,
    ],
  );
};

export const addSettlement = async (
  world: World,
  chain: PayableChain,
  intent: CheckoutIntent,
  coin: CoinId = 1,
): Promise<void> => {
  await world.orm.em
    .fork()
    .execute(`insert into settlement (intent_id, chain_id, token, state) values (?, ?, ?, 'pending')`, [
      intent.id,
      chain.chainId,
      tokenAddress(chain.chainId, coin),
    ]);
};

export const settlementOf = async (world: World, intent: CheckoutIntent): Promise<Settlement> =>
  await world.orm.em.fork().findOneOrFail(Settlement, { intent: intent.id });

export const relayerTransactions = async (world: World): Promise<RelayerTx[]> =>
  await world.orm.em.fork().find(RelayerTx, {}, { orderBy: { nonce: 'asc', attempt: 'asc' } });

export const relayerTrouble = async (world: World): Promise<string | null | undefined> =>
  (await world.orm.em.fork().execute<{ trouble: string | null }[]>('select trouble from relayer_account'))[0]?.trouble;

export interface RunningRelayer {
  stop(): Promise<void>;
}

/** Starts a relayer that polls every 100 ms. `WATCHER_LOG=1` prints its log. */
export const startRelayer = (
  world: World,
  chainId: number,
  url: string,
  {
    owner = 'relayer',
    privateKeys = [localAccount('relayer').privateKey],
    onSettled,
    ...options
  }: Partial<RelayerOptions> &
    Pick<RelayerDeps, 'onSettled'> & {
      owner?: string;
      privateKeys?: readonly string[];
    } = {},
): RunningRelayer => {
  const pool = createRpcPool({ chainId, urls: [url], timeoutMs: 2_000 });
  const log = process.env.WATCHER_LOG ? { info: console.info, warn: console.warn, error: console.error } : silentLog;
  const relayer = createRelayer(
    {
      chain: chainById(chainId),
      pool,
      ledger: createSettlementLedger(world.orm.em),
      privateKeys,
      log,
      owner,
      onSettled,
    },
    { pollMs: 100, retry: { baseMs: 50, attemptsUntilTrouble: 5 }, ...options },
  );
  const abort = new AbortController();
  const running = relayer.run(abort.signal);
  return {
    async stop() {
      abort.abort();
      await running;
      await pool.close();
    },
  };
};
