// A visit to a store's dashboard, for tests of services without pages.
import type { Orm } from '#db/orm.ts';
import type { DashboardVisit } from '#web/access/store-access-types.ts';

/** An owner who has just logged in. */
export const visitOf = async (orm: Orm, storeId: string): Promise<DashboardVisit> => {
  const [row] = await orm.em
    .fork()
    .execute<{ merchant_id: string; time_zone: string; is_test: boolean }[]>('select * from store where id = ?', [
      storeId,
    ]);
  if (!row) throw new Error(`no store ${storeId}`);
  return {
    session: null as never,
    store: { id: storeId, merchantId: row.merchant_id, timeZone: row.time_zone, isTest: row.is_test } as never,
    role: 'owner',
    readOnly: false,
    mayWrite: true,
    actor: { kind: 'member', id: 'user-1', email: 'owner@shop.test' },
  };
};

export const formOf = (fields: Record<string, string | string[] | File | undefined>): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    for (const item of [value ?? []].flat()) form.append(name, item);
  }
  return form;
};
