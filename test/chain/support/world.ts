// The world of the chain tests: a database with a store, an anvil with the contracts, intents, payments, and watchers that run until
// they are stopped. Everything is real but the block times.
import { randomBytes } from 'node:crypto';
import { createRpcPool, type RpcPool } from '#chain/rpc-pool.ts';
import type { WatcherLog } from '#chain/watch-session.ts';
import { createWatcher, type WatcherOptions } from '#chain/watcher.ts';
import { deployLocalContracts } from '#contracts/deploy.ts';
import { TokenTransfer } from '#db/entities/chain.entity.ts';
import { CheckoutIntent, TimelineEvent } from '#db/entities/intent.entity.ts';
import { ApiKey, Store } from '#db/entities/store.entity.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { createWatchLedger } from '#db/watching/watch-ledger.ts';
import type { Address, Hex } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import type { CoinId } from '#domain/coins.ts';
import type { ConfirmationRule } from '#domain/confirmations.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { depositAddress } from '#domain/deposit-address.ts';
import { balanceOfCalldata, mintCalldata, transferCalldata } from '#domain/erc20.ts';
import { DEFAULT_MIN_FEE_UNITS, feeRateE9 } from '#domain/fees.ts';
import { type IntentId, makeApiKeyId, makeContractId, makeIntentId } from '#domain/ids.ts';
import { multiply, ONE_COIN, toBaseUnitsCeil, type Units, unitsOf } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { IntentStatus } from '#domain/status.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { createTestDatabase } from '#test/support/database.ts';

export const MERCHANT = knownPayable(localAccount('merchant').address as Address);
export const FEE_RECEIVER = localAccount('feeReceiver').address as Address;

export interface World {
  orm: Orm;
  storeId: string;
  databaseUrl: string;
  createIntent(overrides?: Partial<{ amountUnits: Units; receiver: Address }>): Promise<CheckoutIntent>;
  transfersOf(intentId: IntentId): Promise<TokenTransfer[]>;
  /** Kinds of the timeline, in order. */
  timelineOf(intentId: IntentId): Promise<string[]>;
  /** Names of the signals in the outbox, in order. */
  signalsOf(intentId: IntentId): Promise<string[]>;
  cursor(chainId: number): Promise<CursorRow | undefined>;
  close(): Promise<void>;
}

export interface CursorRow {
  block_number: string;
  block_hash: string;
  final_block_number: string;
  trouble: string | null;
  lease_token: string;
  lease_owner: string | null;
}

export const startWorld = async (): Promise<World> => {
  const database = await createTestDatabase();
  const orm = await openOrm({ databaseUrl: database.url });
  const em = () => orm.em.fork();
  const { storeId } = await createMerchantAndStore(em(), {
    name: 'Test',
    email: 'test@example.test',
    receiver: MERCHANT,
  });
  const apiKeyId = makeApiKeyId({ isTest: false }, randomBytes(16));
  await em().insert(ApiKey, {
    id: apiKeyId,
    store: storeId,
    name: 'test',
    sealedSecret: '-',
    createdAt: new Date(),
  } as never);

  return {
    orm,
    storeId,
    databaseUrl: database.url,
    async createIntent({ amountUnits = 5n * ONE_COIN, receiver = MERCHANT } = {}) {
      const id = makeIntentId(Date.now() / 1000, randomBytes(8));
      const contractId = makeContractId(randomBytes(12));
      const rate = feeRateE9(unitsOf(amountUnits), 60, DEFAULT_MIN_FEE_UNITS);
      const now = new Date();
      const manager = em();
      manager.create(CheckoutIntent, {
        id,
        contractId,
        store: manager.getReference(Store, storeId),
        apiKey: manager.getReference(ApiKey, apiKeyId),
        status: IntentStatus.TEMP_WALLET_RECEIVED,
        stableCoin: 1,
        amountCents: amountUnits / 10n ** 16n,
        amountUnits,
        acceptedStableCoins: [1],
        acceptedChainIds: [31337],
        toleranceBps: 50,
        extensionSeconds: 1800,
        factory: FACTORY_ADDRESS,
        receiver,
        feeReceiver: FEE_RECEIVER,
        feeRateE9: rate,
        depositAddress: depositAddress(FACTORY_ADDRESS, {
          receiver,
          feeReceiver: FEE_RECEIVER,
          feeRateE9: rate,
          contractId,
        }),
        paymentMethodType: 0,
        expiresAt: new Date(now.getTime() + 1_800_000),
        createdAt: now,
        updatedAt: now,
      } as never);
      await manager.flush();
      return await em().findOneOrFail(CheckoutIntent, id);
    },
    transfersOf: async (intentId) => await em().find(TokenTransfer, { intent: intentId }, { orderBy: { id: 'asc' } }),
    async timelineOf(intentId) {
      const events = await em().find(TimelineEvent, { intent: intentId }, { orderBy: { id: 'asc' } });
      return events.map(({ kind }) => kind);
    },
    async signalsOf(intentId) {
      const rows = await em().execute<{ signal: string }[]>(
        `select data ->> 'signal' as signal from dispatch where subject_id = ? and kind = 'signal_intent' order by id`,
        [intentId],
      );
      return rows.map(({ signal }) => signal);
    },
    async cursor(chainId) {
      return (await em().execute<CursorRow[]>('select * from chain_cursor where chain_id = ?', [chainId]))[0];
    },
    async close() {
      await orm.close();
      await database.drop();
    },
  };
};

export interface PayableChain extends TestChain {
  payer: Address;
  fakeUsdt: Address;
  /** Sends a transfer of the coin from the rich account; the block is mined at once unless mining is manual. */
  pay(to: Address, units: Units, coin?: CoinId): Promise<Hex>;
  /**
   * Calls a contract from the rich account, with these fields of the transaction. With automatic mining, the transaction is mined
   * and successful when this returns.
   */
  send(to: Address, data: Hex, fields?: Readonly<Record<string, string>>): Promise<Hex>;
  balanceOf(coin: CoinId, owner: Address): Promise<bigint>;
  /** In wei. */
  nativeOf(owner: Address): Promise<bigint>;
  head(): Promise<bigint>;
}

/** A chain with the contracts, whose first account is rich in both coins. */
export const startPayableChain = async (chainId = 31337): Promise<PayableChain> => {
  const chain = await startTestChain({ chainId });
  const { fakeUsdt } = await deployLocalContracts({ rpcUrl: chain.rpcUrl });
  const [payer] = (await chain.call<Address[]>('eth_accounts')) as [Address];
  const definition = chainById(chainId);
  const token = (coin: CoinId) => {
    const found = tokenOf(definition, coin);
    if (!found) throw new Error(`no coin ${coin}`);
    return found;
  };
  // anvil replies before it mines, so a caller with automatic mining must wait for the block.
  const send: PayableChain['send'] = async (to, data, fields = {}) => {
    const hash = await chain.call<Hex>('eth_sendTransaction', [{ from: payer, to, data, ...fields }]);
    if (!(await chain.call<boolean>('anvil_getAutomine'))) return hash;
    const receipt = () => chain.call<{ status: Hex } | null>('eth_getTransactionReceipt', [hash]);
    const { status } = await waitFor(async () => (await receipt()) ?? undefined, {
      what: `transaction ${hash}`,
      timeoutMs: 45_000,
    });
    if (status !== '0x1') throw new Error(`transaction ${hash} failed`);
    return hash;
  };
  for (const { address, decimals } of definition.tokens) {
    await send(address, mintCalldata(payer, toBaseUnitsCeil(multiply(ONE_COIN, 1_000_000n), decimals)));
  }
  return {
    ...chain,
    payer,
    fakeUsdt: fakeUsdt as Address,
    send,
    async pay(to, units, coin = 1) {
      const { address, decimals } = token(coin);
      return await send(address, transferCalldata(to, toBaseUnitsCeil(units, decimals)));
    },
    nativeOf: async (owner) => BigInt(await chain.call<string>('eth_getBalance', [owner, 'latest'])),
    async balanceOf(coin, owner) {
      const data = balanceOfCalldata(owner);
      return BigInt(await chain.call<string>('eth_call', [{ to: token(coin).address, data }, 'latest']));
    },
    head: async () => BigInt(await chain.call<string>('eth_blockNumber')),
  };
};

export interface RunningWatcher {
  pool: RpcPool;
  stop(): Promise<void>;
}

export const silentLog = { info() {}, warn() {}, error() {} };

/**
 * Starts a watcher; `WATCHER_LOG=1` prints its log.
 * @param options.local false treats the chain as a real one, which is never reset
 */
export const startWatcher = (
  world: World,
  chainId: number,
  urls: readonly string[],
  options: WatcherOptions & {
    owner?: string;
    timeoutMs?: number;
    local?: boolean;
    log?: WatcherLog;
    confirmation?: ConfirmationRule;
    wsUrls?: readonly string[];
    blockSeconds?: number;
  } = {},
): RunningWatcher => {
  const definition = chainById(chainId);
  const {
    owner = 'watcher',
    timeoutMs = 2_000,
    local = true,
    confirmation = definition.confirmation,
    blockSeconds = definition.blockSeconds,
    wsUrls = [],
    ...rest
  } = options;
  const pool = createRpcPool({ chainId, urls, wsUrls, timeoutMs });
  const log =
    options.log ??
    (process.env.WATCHER_LOG ? { info: console.info, warn: console.warn, error: console.error } : silentLog);
  const watcher = createWatcher(
    {
      chain: { ...definition, local, confirmation, blockSeconds },
      pool,
      ledger: createWatchLedger(world.orm.em),
      log,
      owner,
    },
    rest,
  );
  const abort = new AbortController();
  const running = watcher.run(abort.signal);
  return {
    pool,
    async stop() {
      abort.abort();
      await running;
      await pool.close();
    },
  };
};

/** Waits until `condition` holds. */
export const eventually = async (what: string, condition: () => Promise<boolean>, timeoutMs = 45_000): Promise<void> =>
  void (await waitFor(condition, { what, timeoutMs }));

/** Waits until the watcher has read the chain's head. */
export const caughtUp = async (world: World, chain: PayableChain, timeoutMs?: number): Promise<void> => {
  const isThere = async (): Promise<boolean> => {
    const head = await chain.call<{ hash: string }>('eth_getBlockByNumber', ['latest', false]);
    return (await world.cursor(chain.chainId))?.block_hash === head.hash;
  };
  await eventually('the watcher to reach the head', isThere, timeoutMs);
};
