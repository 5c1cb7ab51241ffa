// The load context: what Remix routes get from the server. Presenters read, services write. Routes import only types from here, so
// that no module with state gets into the pages' bundle.
import type { MasterKeys } from '#db/secrets.ts';
import type { CoinId } from '#domain/coins.ts';
import type { EnabledChain } from '#domain/config.ts';
import type { IntentId } from '#domain/ids.ts';
import type { PayableAddress } from '#domain/payable-address.ts';
import type { ReceiverCheck } from '#network/receiver-check.ts';
import { type AccountServices, createAccountServices } from '#web/account/server/account-services.ts';
import { type Purchase, readPurchase } from '#web/account/server/purchase.ts';
import type { Auth } from '#web/auth/create-auth.ts';
import { endEverything } from '#web/auth/end-everything.ts';
import { createAddressCheck } from '#web/chains/address-check.ts';
import { createUsualFees } from '#web/chains/usual-fees.ts';
import { type BrowserBinding, createBrowserBinding } from '#web/checkout/server/browser-binding.ts';
import { assignAddress, openCheckout } from '#web/checkout/server/checkout-service.ts';
import { readCheckoutView } from '#web/checkout/server/checkout-view.ts';
import {
  createPaymentServices,
  type PaymentServices,
  type PaymentServicesDeps,
} from '#web/checkout/server/payment-services.ts';
import { createSimulate, type Simulate } from '#web/checkout/server/simulation-service.ts';
import { readStoreLocale } from '#web/checkout/server/store-locale.ts';
import type { CheckoutChoice, CheckoutView } from '#web/checkout/server/view-types.ts';
import { createWalletService, type WalletService } from '#web/checkout/server/wallet-service.ts';
import { createDashboardServices, type DashboardServices } from '#web/dashboard/frame/dashboard-services.ts';
import type { DemoShop } from '#web/demo/server/demo-shop.ts';
import type { DevelopmentWalletOrder } from '#web/development/wallet/pay-checkout.ts';
import { createOperatorServices, type OperatorServices } from '#web/operator/server/operator-services.ts';
import { createPayService } from '#web/pay/server/pay-service.ts';
import type { PayService } from '#web/pay/server/pay-types.ts';
import { type ChainReadBudget, createChainReadBudget } from './chain-read-budget.ts';
import type { ClientPackages } from './client-packages.ts';
import type { EdgeLimits } from './edge-limits.ts';

export interface PageServices {
  /** Where browsers reach this server, without a trailing slash. */
  publicUrl: string;
  /** The client packages that this server offers for download. */
  clientPackages: ClientPackages;
  checkout: BrowserBinding & {
    /** Null when there is no such intent. */
    view(id: string, choice: CheckoutChoice): Promise<CheckoutView | null>;
    /** The purchase that a page leads back to. Null when it leads elsewhere. @param next a path of this site */
    purchase(next: string): Promise<Purchase | null>;
    /** The language tag of an intent's store, or null. */
    storeLocale(id: string): Promise<string | null>;
    /** The page was opened: CREATED → PAYING. */
    open(id: IntentId): Promise<void>;
    /** The address is shown for this coin and network: → TEMP_WALLET_RECEIVED. */
    assignAddress(id: IntentId, coin: CoinId, chainId: number): Promise<void>;
  };
  /** Payment links and invoices, for the people who pay them. */
  pay: PayService;
  /** A test store's payments at the press of a button. */
  simulate: Simulate;
  /** Cancel, "I already sent it", screening and methods. */
  payments: PaymentServices;
  /** Payment by a browser or mobile wallet. */
  wallet: WalletService;
  /** AllScale Pay: accounts, wallets, and payments from them. */
  account: AccountServices;
  /** The merchants' dashboard. */
  dashboard: DashboardServices;
  /** The operator's console; routes call `requireOperator` first. */
  operator: OperatorServices;
  chainReads: ChainReadBudget;
  /** Null outside development. Throws UserError. */
  developmentWallet: { pay(order: DevelopmentWalletOrder): Promise<{ txHash: string }> } | null;
  /** Null when the demo shop is off. */
  demoShop: DemoShop | null;
}

export interface PageContext extends PageServices {
  /** Nonce of this response's content security policy. */
  nonce: string;
  /** IP address of the client, for rate limits. */
  clientAddress: string;
  /** Called before a request reads chains for an account. Throws a 429 when its budget is used up. */
  spendChainRead(userId: string): Promise<void>;
  /** Logs that a logged-in person was denied what they asked for. */
  reportDenied(denied: { userId: string; reason: string; needed?: string }): void;
  /** Logs the error with the request's id. */
  reportError(error: unknown): void;
}

export interface PageServicesDeps extends Omit<PaymentServicesDeps, 'checkAddress'> {
  auth: Auth;
  /** Seals new API secrets. */
  masterKeys: MasterKeys;
  /** Where browsers reach this server. */
  publicUrl: string;
  clientPackages: ClientPackages;
  chains: readonly EnabledChain[];
  /** Checks webhook URLs before they are saved. */
  receivers: ReceiverCheck;
  /** Where the platform's fees go, for orders that pages make. */
  feeReceiver: PayableAddress;
  /** NODE_ENV is development: local chains offer the development wallet. */
  development: boolean;
  /** How long a change of where money goes waits. */
  changeWaitMs: number;
  /** One factor is enough everywhere: development accounts only. */
  passwordAlone: boolean;
  demoShop: DemoShop | null;
  /** Base URL of Temporal's own pages; null: the console has no links to them. */
  temporalUiUrl: string | null;
  /** Null: WalletConnect is not offered. */
  walletConnectProjectId: string | null;
  chainReads: EdgeLimits['chainReads'];
  developmentWallet: PageServices['developmentWallet'];
  /** Where the development wallet's script is served; null outside development. */
  developmentWalletScript: string | null;
}

export const createPageServices = (given: PageServicesDeps): PageServices => {
  const checkAddress = createAddressCheck({
    em: given.orm.em,
    chains: given.chains.map(({ chain }) => chain),
    pools: given.pools,
  });
  const deps = { ...given, checkAddress };
  const { orm, chains, development, demoShop } = deps;
  const usualFee = createUsualFees(deps.pools);
  const viewConfig = { chains: chains.map(({ chain }) => chain), development, usualFee };
  const readView = (id: string, choice: CheckoutChoice) => readCheckoutView(orm.em.fork(), viewConfig, id, choice);
  const account = createAccountServices(deps);
  const payments = createPaymentServices(deps);
  return {
    publicUrl: deps.publicUrl,
    clientPackages: deps.clientPackages,
    checkout: {
      view: readView,
      purchase: (next) => readPurchase(readView, next),
      storeLocale: (id) => readStoreLocale(orm.em.fork(), id),
      ...createBrowserBinding(orm, deps.publicUrl),
      open: (id) => openCheckout(orm, id),
      assignAddress: (id, coin, chainId) => assignAddress(orm, id, coin, chainId),
    },
    pay: createPayService({ ...deps, chains: viewConfig.chains }),
    payments,
    simulate: createSimulate(deps),
    wallet: createWalletService({ ...deps, readView, payOptions: account.pay.options }),
    account,
    dashboard: createDashboardServices({ ...deps, cancelOrder: payments.cancelOrder }),
    operator: createOperatorServices({
      ...deps,
      temporalNamespace: deps.temporal.namespace,
      recovery: account.recovery,
      endSessions: async (userId) => endEverything(await deps.auth.$context, userId),
    }),
    chainReads: createChainReadBudget(orm, deps.chainReads),
    developmentWallet: deps.developmentWallet,
    demoShop,
  };
};
