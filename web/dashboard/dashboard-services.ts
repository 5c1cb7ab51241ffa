// Everything that dashboard pages get through the load context, one member for each area: its presenters and services live in the
// folder of that name.
import type { Orm } from '#db/orm.ts';
import { createDashboardAccess, type DashboardAccess } from './access.ts';

export interface DashboardServices {
  access: DashboardAccess;
}

export interface DashboardServicesDeps {
  orm: Orm;
}

export const createDashboardServices = ({ orm }: DashboardServicesDeps): DashboardServices => ({
  access: createDashboardAccess(orm),
});
