// Changes of where money goes that wait: listed, confirmed by a second person, canceled. The rules are in db/merchants/decide-change.ts.
import { listDecidedChanges, listWaitingChanges, type WaitingChange } from '#db/merchants/change-list.ts';
import { cancelByLink, cancelChange, confirmChange, findLinkedChange } from '#db/merchants/decide-change.ts';
import type { Orm } from '#db/orm.ts';
import { problemOf } from '#web/access/form-error.ts';
import type { DashboardVisit } from '#web/access/store-access-types.ts';
import type { ChangePlace, ChangeRow, ChangesService } from './changes-types.ts';

const PLACES: Record<WaitingChange['change']['kind'], ChangePlace> = {
  receiver: 'receiver',
  owner_invitation: 'team',
  owner_role: 'team',
  webhook_secret: 'keys',
};

export const createChangesService = ({ orm: { em } }: { orm: Orm }): ChangesService => ({
  async waiting(visit, place) {
    const { store } = visit;
    const rows = await listWaitingChanges(em, store.merchantId);
    return rows
      .filter(({ change, storeId }) => !place || (PLACES[change.kind] === place && (storeId ?? store.id) === store.id))
      .map((row) => rowFor(visit, row));
  },
  decided: (merchantId) => listDecidedChanges(em, merchantId),
  confirm: ({ store: { merchantId }, actor }, id) => problemOf(() => confirmChange(em, { id, merchantId, actor })),
  cancel: ({ store: { merchantId }, actor }, id) => problemOf(() => cancelChange(em, { id, merchantId, actor })),
  linked: (token) => findLinkedChange(em, token),
  cancelByLink: (token) => problemOf(() => cancelByLink(em, token)),
});

const rowFor = ({ role, readOnly, actor }: DashboardVisit, row: WaitingChange): ChangeRow => {
  const isAuthor = row.authorId === actor.id;
  return {
    ...row,
    mayCancel: !readOnly && (isAuthor || role === 'owner'),
    mayConfirm: !readOnly && !isAuthor && role === 'owner' && row.state === 'waiting',
  };
};
