// API keys with their last use, and creating new ones. Only the response that creates a key shows its secret.
import { type ActionFunctionArgs, data, type HeadersFunction, type LoaderFunctionArgs } from '@remix-run/node';
import { Link, useActionData, useLoaderData } from '@remix-run/react';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply } from '#web/access/form-action.ts';
import { NO_STORE } from '#web/access/no-store.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { Card } from '#web/ui/card.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { WaitingChanges } from '../../changes/parts/waiting-changes.tsx';
import { ReadOnlyNotice } from '../../frame/read-only-notice.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { DeveloperTabs } from '../parts/developer-tabs.tsx';
import { KeyForm } from '../parts/key-form.tsx';
import { KeyEnd, KeyStateBadge } from '../parts/key-states.tsx';
import { MadeKeyCard } from '../parts/new-key.tsx';
import type { KeyView } from '../server/developers-types.ts';

export const meta = storeTitle('API keys');
export const headers: HeadersFunction = () => NO_STORE;

export const loader = async (args: LoaderFunctionArgs) => {
  const visit = await requireMember(args);
  const { store, mayWrite } = visit;
  const { developers, changes } = args.context.dashboard;
  const [keys, waiting] = await Promise.all([developers.keys(store.id), changes.waiting(visit, 'keys')]);
  return {
    keys,
    waiting,
    storeId: store.id,
    timeZone: store.timeZone,
    mayWrite,
  };
};

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: DOORS.keys.who, write: true });
  const { developers } = args.context.dashboard;
  const form = await readForm(args.request);
  const old = oldLogInReply(visit.session, form, 'keys', 'create');
  if (old) return old;
  const outcome = await developers.create(visit, form);
  return 'done' in outcome
    ? data({ made: outcome.done }, { headers: NO_STORE })
    : data({ result: outcome.result }, { status: 400 });
};

export default function KeysPage() {
  const { keys, waiting, storeId, timeZone, mayWrite } = useLoaderData<typeof loader>();
  const response = useActionData<typeof action>();
  const made = response && 'made' in response ? response.made : null;
  const columns: Column<KeyView>[] = [
    {
      key: 'name',
      header: 'Name',
      rowHeader: true,
      cell: ({ id, name }) => (
        <span className="grid">
          <Link className="link font-semibold wrap-anywhere" to={id}>
            {name}
          </Link>
          <span className="font-mono text-xs text-ink-2">{id}</span>
        </span>
      ),
    },
    { key: 'state', header: 'State', cell: ({ state }) => <KeyStateBadge state={state} /> },
    {
      key: 'addresses',
      header: 'Allowed addresses',
      wideOnly: true,
      cell: ({ ipAllowlist }) => <span className="wrap-anywhere">{ipAllowlist.join(', ') || 'all'}</span>,
    },
    {
      key: 'created',
      header: 'Created',
      wideOnly: true,
      cell: ({ createdAt }) => <LocalTime iso={createdAt} timeZone={timeZone} />,
    },
    {
      key: 'used',
      header: 'Last used',
      cell: ({ lastUsedAt }) => (lastUsedAt ? <LocalTime iso={lastUsedAt} timeZone={timeZone} /> : 'never'),
    },
    { key: 'ends', header: 'Ends', cell: (key) => <KeyEnd keyView={key} timeZone={timeZone} /> },
  ];
  return (
    <div className="grid gap-5">
      <PageHeader title="Developers" lead="Keys sign your shop’s requests and our webhooks." />
      <DeveloperTabs />
      {made ? <MadeKeyCard made={made} timeZone={timeZone} /> : null}
      <WaitingChanges changes={waiting} storeId={storeId} timeZone={timeZone} />
      <Card title="API keys" flush>
        <DataTable
          stacked
          caption="Keys of this store"
          columns={columns}
          rows={keys}
          rowKey={({ id }) => id}
          empty={<EmptyState title="No key yet">Create one to create orders from your shop.</EmptyState>}
        />
      </Card>
      <Card
        title="New key"
        lead="It is for this store only, and works at once for the orders that it creates. Beside other keys, it signs webhooks of their orders only after a waiting time, or when another owner confirms it. The people named in the store’s settings get an e-mail about it."
      >
        {mayWrite ? (
          <KeyForm
            key={made?.apiKey ?? 'form'}
            action="create"
            label="Create a key"
            values={{ name: '', ipAllowlist: '' }}
          />
        ) : (
          <ReadOnlyNotice>Owners and managers may create keys.</ReadOnlyNotice>
        )}
      </Card>
    </div>
  );
}
