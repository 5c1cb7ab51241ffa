// Pages over a real database, without workers. Tests change an intent's status by the same function as the workflow, and write rows
// as the watcher does.
import { randomBytes } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Page } from 'playwright-core';
import { ChainCursor, TokenTransfer } from '#db/entities/chain.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { ApiKey, Store } from '#db/entities/store.entity.ts';
import { changeIntent, INTENT_CHANGED_CHANNEL, type IntentChange } from '#db/intents/change-intent.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { type MasterKeys, parseMasterKeys } from '#db/secrets.ts';
import { type Address, toChecksumAddress } from '#domain/address.ts';
import { chainById, tokenAt, tokenOf } from '#domain/chains.ts';
import type { CoinId } from '#domain/coins.ts';
import type { EnabledChain } from '#domain/config.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { depositAddress } from '#domain/deposit-address.ts';
import { type IntentId, makeContractId, makeIntentId } from '#domain/ids.ts';
import { parseUnits, toBaseUnitsCeil } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';
import type { TransferState } from '#domain/payment-rules.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { IntentStatus } from '#domain/status.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { toStderr } from '#scripts/lib/progress.ts';
import { buildWebBundle } from '#scripts/lib/web-bundle.ts';
import { createTestDatabase } from '#test/support/database.ts';
import { randomHash } from '#test/support/intents.ts';
import { type PagesOptions, pages } from '#web/http/pages-plugin.ts';
import { untilHydrated } from './browser.ts';

const RECEIVER = knownPayable(toChecksumAddress(`0x${'12'.repeat(20)}`));
const FEE_RECEIVER = knownPayable(toChecksumAddress(`0x${'23'.repeat(20)}`));
export const PAYER = toChecksumAddress(`0x${'ab'.repeat(20)}`);
/** Whole coins, so that pictures and expectations are easy to read. */
const PRICE = '25';

export interface NewTransfer {
  /** Decimal amount of coin. */
  amount: string;
  chainId?: number;
  coin?: CoinId;
  /** Default: the primary one of the coin. */
  token?: Address;
  state?: TransferState;
  blockTime?: Date;
  /** Blocks that the head is above the transfer's block. */
  below?: bigint;
}

export interface CheckoutWorld {
  url: string;
  orm: Orm;
  app: FastifyInstance;
  /** Routes of the server itself, such as `POST /api/auth/*`. The pages behind them are Remix's. */
  served: readonly string[];
  storeId: string;
  /** Master keys of the pages, which open secrets that the dashboard created. */
  masterKeys: MasterKeys;
  /** An intent for 25 coins, both coins and both local chains accepted; fields of the entity override. */
  intent(fields?: Record<string, unknown>): Promise<IntentId>;
  transfer(intentId: IntentId, transfer: NewTransfer): Promise<string>;
  /** Gives the transfer its confirmations. */
  confirm(transferId: string): Promise<void>;
  change(change: Omit<IntentChange, 'actor'>): Promise<void>;
  /** Takes the intent to CONFIRMED with one transfer of `amount`. */
  pay(intentId: IntentId, amount?: string, chainId?: number, coin?: CoinId): Promise<void>;
  /** The state of a chain's watcher. */
  cursor(chainId: number, fields?: { trouble?: string | null; blockTime?: Date }): Promise<void>;
  close(): Promise<void>;
}

const HEAD = 1_000n;

/** Opens the list of coins and networks; the page shows the chosen ones in one line. */
export const openOffer = (page: Page): Promise<void> => page.getByTestId('offer').locator('summary').click();

/** Opens the checkout and waits until its stream is open, because the page reads once at that moment. */
export const goLive = async (page: Page, world: Pick<CheckoutWorld, 'url'>, id: IntentId): Promise<void> => {
  const read = page.waitForResponse((response) => response.url().includes(`/checkout/${id}/view`));
  await page.goto(`${world.url}/checkout/${id}`);
  await (await read).finished();
  await untilHydrated(page);
};

type WorldOptions = Partial<
  Pick<
    PagesOptions,
    'development' | 'demoShop' | 'temporal' | 'screening' | 'walletConnectProjectId' | 'passwordAlone' | 'limits'
  >
> & {
  rpcUrls?: Record<number, string>;
  /** `localhost` for passkeys, which need a host name. */
  host?: string;
};

/** Over a new database, which is dropped with it. */
export const openNewCheckoutWorld = async (options: WorldOptions = {}): Promise<CheckoutWorld> => {
  const database = await createTestDatabase();
  const world = await openCheckoutWorld(database.url, options);
  return {
    ...world,
    async close() {
      await world.close();
      await database.drop();
    },
  };
};

export const openCheckoutWorld = async (databaseUrl: string, options: WorldOptions = {}): Promise<CheckoutWorld> => {
  await buildWebBundle(toStderr);
  const orm = await openOrm({ databaseUrl });
  const { storeId } = await createMerchantAndStore(orm.em, {
    name: 'Nordlicht Supply',
    email: `pages-${randomBytes(4).toString('hex')}@example.com`,
    receiver: RECEIVER,
    supportContact: 'help@nordlicht.example',
  });
  const em = orm.em.fork();
  const apiKey = em.create(ApiKey, {
    id: `st_${randomBytes(8).toString('hex')}`,
    store: em.getReference(Store, storeId),
    name: 'pages test',
    sealedSecret: 'never opened here',
    ipAllowlist: [],
    createdAt: new Date(),
  });
  await em.flush();

  const chains: EnabledChain[] = [31337, 31338].map((id) => ({
    chain: chainById(id),
    rpcUrls: [options.rpcUrls?.[id] ?? 'http://127.0.0.1:9'],
  }));
  const masterKeys = parseMasterKeys(`test:${randomBytes(32).toString('base64')}`);
  const port = await freePort();
  const url = `http://${options.host ?? '127.0.0.1'}:${port}`;
  // Plug-ins open pools and load the whole bundle, which can take longer than Fastify's ten seconds on a busy machine.
  // A response that a test did not read would hold its connection, and the close, for more than a minute.
  const app = Fastify({ logger: false, pluginTimeout: 60_000, forceCloseConnections: true });
  const served: string[] = [];
  app.addHook('onRoute', ({ method, url }) => void served.push(`${[method].flat().join(',')} ${url}`));
  await app.register(pages, {
    orm,
    databaseUrl,
    publicUrl: url,
    chains,
    feeReceiver: FEE_RECEIVER,
    receivers: { allowedRanges: ['127.0.0.0/8'], requireHttps: false },
    development: options.development ?? true,
    // test/access tests the condition itself.
    passwordAlone: options.passwordAlone ?? true,
    ...(options.limits ? { limits: options.limits } : {}),
    temporal: options.temporal ?? { address: '127.0.0.1:9', namespace: 'default' },
    screening: options.screening ?? createStaticScreening([]),
    authSecret: 'a secret of the tests, long enough to sign with',
    masterKeys,
    demoShop: options.demoShop ?? null,
    walletConnectProjectId: options.walletConnectProjectId ?? null,
  });
  await app.listen({ port, host: '127.0.0.1' });

  const world: CheckoutWorld = {
    url,
    orm,
    app,
    served,
    storeId,
    masterKeys,
    intent: async (fields = {}) => {
      const id = makeIntentId(Date.now() / 1000, randomBytes(8));
      const terms = {
        receiver: RECEIVER,
        feeReceiver: FEE_RECEIVER,
        feeRateE9: 6_000_000n,
        contractId: makeContractId(randomBytes(12)),
      };
      const now = new Date();
      const em = orm.em.fork();
      em.create(CheckoutIntent, {
        id,
        store: em.getReference(Store, storeId),
        apiKey: em.getReference(ApiKey, apiKey.id),
        status: IntentStatus.CREATED,
        currency: 1,
        stableCoin: 1,
        amountCents: '2500',
        amountUnits: parseUnits(PRICE) ?? 0n,
        rateE10: 10_000_000_000n,
        acceptedStableCoins: [1, 2],
        acceptedChainIds: [31337, 31338],
        toleranceBps: 50,
        extensionSeconds: 1800,
        orderId: 'NL-20418',
        orderDescription: '1 × Wool blanket, 2 × Enamel mug',
        redirectUrl: `${url}/?returned`,
        factory: FACTORY_ADDRESS,
        ...terms,
        depositAddress: depositAddress(FACTORY_ADDRESS, terms),
        paymentMethodType: 0,
        expiresAt: new Date(Date.now() + 30 * 60_000),
        createdAt: now,
        updatedAt: now,
        ...fields,
      } as never);
      await em.flush();
      return id;
    },
    transfer: async (intentId, { amount, chainId = 31337, coin = 1, state = 'seen', blockTime, below = 0n, ...of }) => {
      const em = orm.em.fork();
      const intent = await em.findOneOrFail(CheckoutIntent, intentId);
      const token = of.token ? tokenAt(chainById(chainId), of.token) : tokenOf(chainById(chainId), coin);
      const amountUnits = parseUnits(amount);
      if (!token || !amountUnits) throw new Error('no such token or amount');
      const now = new Date();
      const transfer = em.create(TokenTransfer, {
        chainId,
        blockNumber: HEAD - below,
        blockHash: randomHash(),
        blockTime: blockTime ?? now,
        txHash: randomHash(),
        logIndex: 0,
        token: token.address,
        coin: token.coin,
        fromAddress: PAYER,
        toAddress: intent.depositAddress,
        amountBaseUnits: toBaseUnitsCeil(amountUnits, token.decimals),
        amountUnits,
        intent,
        state,
        inPayment: false,
        createdAt: now,
        updatedAt: now,
      } as never) as TokenTransfer;
      await em.flush();
      await em.execute('select pg_notify(?, ?)', [INTENT_CHANGED_CHANNEL, intentId]);
      return String(transfer.id);
    },
    confirm: async (transferId) => {
      await orm.em.fork().nativeUpdate(TokenTransfer, { id: BigInt(transferId) }, { state: 'confirmed' });
    },
    change: async (change) => void (await changeIntent(orm.em.fork(), { ...change, actor: 'workflow' })),
    pay: async (intentId, amount = PRICE, chainId = 31337, coin = 1) => {
      const id = await world.transfer(intentId, { amount, chainId, coin, state: 'confirmed', below: 2n });
      await world.change({ intentId, to: IntentStatus.ON_CHAIN });
      await world.change({ intentId, to: IntentStatus.CONFIRMED, paymentTransferIds: [id] });
    },
    cursor: async (chainId, { trouble = null, blockTime = new Date() } = {}) => {
      const now = new Date();
      await orm.em.fork().upsert(ChainCursor, {
        chainId,
        blockNumber: HEAD,
        blockHash: randomHash(),
        blockTime,
        finalBlockNumber: HEAD - 10n,
        headNumber: HEAD,
        headSeenAt: now,
        leaseToken: 0n,
        trouble,
        updatedAt: now,
      });
    },
    close: async () => {
      await app.close();
      await orm.close();
    },
  };
  await world.cursor(31337);
  await world.cursor(31338);
  return world;
};
