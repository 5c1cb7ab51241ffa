// Everything that dashboard pages get through the load context, one member for each area: its presenters and services live in the
// folder of that name.
import type { Orm } from '#db/orm.ts';
import type { MasterKeys } from '#db/secrets.ts';
import type { EnabledChain } from '#domain/config.ts';
import type { ChainPools } from '../chain-pools.ts';
import { createDashboardAccess, type DashboardAccess } from './access.ts';
import { type ApplyService, createApplyService } from './apply/apply-service.ts';
import { createDevelopersService } from './developers/developers-service.ts';
import type { DevelopersService } from './developers/developers-types.ts';
import { createFirstRunPresenter, type FirstRunPresenter } from './first-run/first-run.ts';
import { readHomeView } from './home/home-presenter.ts';
import type { HomeView } from './home/home-types.ts';
import { createOrdersServices, type OrdersServices } from './orders/orders-services.ts';
import { createReportsService, type ReportsService } from './reports/reports-service.ts';
import { type SendBackReplier, withReplies } from './send-back/send-back-reply.ts';
import { createSendBackService, type SendBackService } from './send-back/send-back-service.ts';
import { createSettingsService } from './settings/settings-service.ts';
import type { SettingsService } from './settings/settings-types.ts';
import { createTeamService, type TeamService } from './team/team-service.ts';
import { createWebhooksService } from './webhooks/webhooks-service.ts';
import type { WebhooksService } from './webhooks/webhooks-types.ts';

export interface DashboardServices {
  access: DashboardAccess;
  /** Applications, and further stores. */
  apply: ApplyService;
  team: TeamService;
  firstRun: FirstRunPresenter;
  /** What the orders of the last days came to. */
  home: { figures(store: { id: string; timeZone: string }): Promise<HomeView> };
  orders: OrdersServices;
  /** Money back to its payer, by the receiver's own signature. */
  sendBack: SendBackService & { reply: SendBackReplier };
  settings: SettingsService;
  developers: DevelopersService;
  webhooks: WebhooksService;
  reports: ReportsService;
}

export interface DashboardServicesDeps {
  orm: Orm;
  chains: readonly EnabledChain[];
  masterKeys: MasterKeys;
  /** Without a trailing slash. */
  publicUrl: string;
  /** Plain http receivers may be configured. */
  development: boolean;
  pools: ChainPools;
}

export const createDashboardServices = (deps: DashboardServicesDeps): DashboardServices => ({
  access: createDashboardAccess(deps.orm),
  apply: createApplyService(deps.orm, createDashboardAccess(deps.orm)),
  team: createTeamService(deps.orm, deps.publicUrl),
  firstRun: createFirstRunPresenter(deps.orm),
  home: { figures: (store) => readHomeView(deps.orm.em, store, Date.now()) },
  orders: createOrdersServices(deps),
  sendBack: withReplies(createSendBackService(deps)),
  settings: createSettingsService({ ...deps, chains: deps.chains.map(({ chain }) => chain) }),
  developers: createDevelopersService(deps),
  webhooks: createWebhooksService(deps),
  reports: createReportsService(deps),
});
