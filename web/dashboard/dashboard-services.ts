// Everything that dashboard pages get through the load context, one member for each area: its presenters and services live in the
// folder of that name.
import type { Orm } from '#db/orm.ts';
import type { EnabledChain } from '#domain/config.ts';
import type { ChainPools } from '../chain-pools.ts';
import { createDashboardAccess, type DashboardAccess } from './access.ts';
import { createFirstRunPresenter, type FirstRunPresenter } from './first-run/first-run.ts';
import { createSendBackService, type SendBackService } from './send-back/send-back-service.ts';

export interface DashboardServices {
  access: DashboardAccess;
  firstRun: FirstRunPresenter;
  /** Money back to its payer, by the receiver's own signature. */
  sendBack: SendBackService;
}

export interface DashboardServicesDeps {
  orm: Orm;
  chains: readonly EnabledChain[];
  pools: ChainPools;
}

export const createDashboardServices = (deps: DashboardServicesDeps): DashboardServices => ({
  access: createDashboardAccess(deps.orm),
  firstRun: createFirstRunPresenter(deps.orm),
  sendBack: createSendBackService(deps),
});
