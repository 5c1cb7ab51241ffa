// Everything that dashboard pages get through the load context, one member for each area: its presenters and services live in the
// folder of that name.
import type { Orm } from '#db/orm.ts';
import type { MasterKeys } from '#db/secrets.ts';
import type { EnabledChain } from '#domain/config.ts';
import type { IntentId } from '#domain/ids.ts';
import type { AddressCheck, PayableAddress } from '#domain/payable-address.ts';
import type { ReceiverCheck } from '#network/receiver-check.ts';
import { createDashboardAccess, type DashboardAccess } from '#web/access/store-access.ts';
import { createOrderMaker } from '#web/api/own-orders.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';
import type { CancelResult } from '#web/checkout/server/cancel-service.ts';
import { type ApplyService, createApplyService } from '../apply/server/apply-service.ts';
import { createAuditService } from '../audit/server/audit-service.ts';
import type { AuditService } from '../audit/server/audit-types.ts';
import { createChangesService } from '../changes/server/changes-service.ts';
import type { ChangesService } from '../changes/server/changes-types.ts';
import { createDevelopersService } from '../developers/server/developers-service.ts';
import type { DevelopersService } from '../developers/server/developers-types.ts';
import { createEndpointsService } from '../endpoints/server/endpoints-service.ts';
import type { EndpointsService } from '../endpoints/server/endpoints-types.ts';
import { readAttentionView } from '../home/server/attention-view.ts';
import { createFirstRunPresenter, type FirstRunPresenter } from '../home/server/first-run.ts';
import { readHomeView } from '../home/server/home-presenter.ts';
import type { AttentionView, HomeView } from '../home/server/home-types.ts';
import { createInvoicesService } from '../invoices/server/invoices-service.ts';
import type { InvoicesService } from '../invoices/server/invoices-types.ts';
import { createLinksService } from '../links/server/links-service.ts';
import type { LinksService } from '../links/server/links-types.ts';
import { createOrdersServices, type OrdersServices } from '../orders/server/orders-services.ts';
import { createOwnOrdersService, type OwnOrdersService } from '../orders/server/own-orders-service.ts';
import { type RefundReplier, withReplies } from '../refund/server/refund-reply.ts';
import { createRefundService, type RefundService } from '../refund/server/refund-service.ts';
import { createReportsService, type ReportsService } from '../reports/server/reports-service.ts';
import { createSettingsService } from '../settings/server/settings-service.ts';
import type { SettingsService } from '../settings/server/settings-types.ts';
import { createTeamService, type TeamService } from '../team/server/team-service.ts';
import { createWebhooksService } from '../webhooks/server/webhooks-service.ts';
import type { WebhooksService } from '../webhooks/server/webhooks-types.ts';

export interface DashboardServices {
  access: DashboardAccess;
  /** Applications, and further stores. */
  apply: ApplyService;
  team: TeamService;
  /** For owners. */
  audit: AuditService;
  /** Changes of where money goes that wait. */
  changes: ChangesService;
  firstRun: FirstRunPresenter;
  home: {
    /** Figures of the days that a URL's parameters name. */
    figures(store: { id: string; timeZone: string }, params: URLSearchParams): Promise<HomeView>;
    /** What waits for a person. */
    attention(store: { id: string; merchantId: string }): Promise<AttentionView>;
  };
  orders: OrdersServices;
  /** Orders made by hand. */
  ownOrders: OwnOrdersService;
  links: LinksService;
  invoices: InvoicesService;
  /** Refunds, signed by the receiver's wallet. */
  refund: RefundService & { reply: RefundReplier };
  settings: SettingsService;
  developers: DevelopersService;
  webhooks: WebhooksService;
  endpoints: EndpointsService;
  reports: ReportsService;
}

export interface DashboardServicesDeps {
  orm: Orm;
  chains: readonly EnabledChain[];
  masterKeys: MasterKeys;
  /** Where the platform's fees go. */
  feeReceiver: PayableAddress;
  /** Cancels an order as its shopper would; null: there is none. */
  cancelOrder: (id: IntentId) => Promise<CancelResult | null>;
  /** Without a trailing slash. */
  publicUrl: string;
  /** Allows http receivers. */
  development: boolean;
  pools: ChainPools;
  checkAddress: AddressCheck;
  receivers: ReceiverCheck;
  /** How long a change of where money goes waits. */
  changeWaitMs: number;
  /** Null: WalletConnect is not offered. */
  walletConnectProjectId?: string | null;
  /** Announces the development wallet; null outside development. */
  developmentWalletScript?: string | null;
}

const orderMakerOf = (deps: DashboardServicesDeps) =>
  createOrderMaker({ ...deps, chains: deps.chains.map(({ chain }) => chain) });

export const createDashboardServices = (deps: DashboardServicesDeps): DashboardServices => ({
  access: createDashboardAccess(deps.orm),
  apply: createApplyService(deps.orm, createDashboardAccess(deps.orm)),
  team: createTeamService(deps),
  audit: createAuditService(deps),
  changes: createChangesService(deps),
  firstRun: createFirstRunPresenter(deps.orm),
  home: {
    figures: (store, params) => readHomeView(deps.orm.em, store, Date.now(), params),
    attention: (store) => readAttentionView(deps.orm.em, store),
  },
  orders: createOrdersServices(deps),
  ownOrders: createOwnOrdersService({ ...deps, chains: deps.chains.map(({ chain }) => chain) }),
  links: createLinksService({ ...deps, orderOf: orderMakerOf(deps) }),
  invoices: createInvoicesService({ ...deps, orderOf: orderMakerOf(deps) }),
  refund: withReplies(createRefundService(deps)),
  settings: createSettingsService({ ...deps, chains: deps.chains.map(({ chain }) => chain) }),
  developers: createDevelopersService(deps),
  webhooks: createWebhooksService(deps),
  endpoints: createEndpointsService(deps),
  reports: createReportsService(deps),
});
