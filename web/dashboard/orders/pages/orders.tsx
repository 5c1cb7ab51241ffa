// The orders of a store, newest first. Tabs, filters and search are in the URL; pages by keyset.
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, useLocation, useNavigation } from '@remix-run/react';
import { Download } from 'lucide-react';
import { requireMember } from '#web/access/require-member.ts';
import { LinkButton } from '#web/ui/button.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LiveNotice } from '#web/ui/live-notice.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { Tabs } from '#web/ui/tabs.tsx';
import { OrderFilters } from '../parts/order-filters.tsx';
import { OrdersChanges } from '../parts/orders-changes.tsx';
import { OrdersTable } from '../parts/orders-table.tsx';
import { useLiveOrders } from '../parts/use-live-orders.ts';

export const meta: MetaFunction = () => [{ title: 'Orders' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args);
  const params = new URL(args.request.url).searchParams;
  const view = await args.context.dashboard.orders.list(store, params);
  return { view, storeId: store.id, timeZone: store.timeZone };
};

const TABS = [
  { tab: 'all', label: 'All' },
  { tab: 'paid', label: 'Paid' },
  { tab: 'in-progress', label: 'In progress' },
  { tab: 'attention', label: 'Needs attention' },
  { tab: 'expired', label: 'Expired' },
] as const;

export default function OrdersPage() {
  const { view, storeId, timeZone } = useLoaderData<typeof loader>();
  const { state, location } = useNavigation();
  const base = `/dashboard/${storeId}/orders`;
  const loading = state === 'loading' && location.pathname === base;
  const urlOf = useFilterUrl(base);
  const hasProblems = Object.keys(view.problems).length > 0;
  const ids = view.lines.map(({ id }) => id);
  const live = useLiveOrders(view, hasProblems ? null : urlOf({ ids: ids.join('.') }, `${base}/changes`));
  return (
    <>
      <PageHeader
        title="Orders"
        actions={
          <LinkButton to={urlOf({}, `${base}/export`)}>
            <Download size={16} aria-hidden />
            Export
          </LinkButton>
        }
      />
      <Tabs
        label="Orders by state"
        tabs={TABS.map(({ tab, label }) => ({
          to: urlOf({ tab: tab === 'all' ? null : tab }),
          label,
          current: view.tab === tab,
        }))}
      />
      <OrderFilters view={view} clearTo={view.tab === 'all' ? base : `${base}?tab=${view.tab}`} timeZone={timeZone} />
      {hasProblems ? (
        <Notice tone="bad" title="The filter is not valid">
          {Object.values(view.problems).join(' ')}
        </Notice>
      ) : (
        <div className="grid gap-3" aria-busy={loading}>
          {view.byOrderId ? <p className="text-sm text-ink-2">Sorted by order id, the searched one first.</p> : null}
          <OrdersChanges
            newest={live.newest}
            announced={live.announced}
            to={urlOf({})}
            page={{ ids, isLater: view.newer !== null, hasOlder: view.older !== null, readAt: view.readAt }}
          />
          {loading ? (
            <p role="status" className="text-sm text-ink-2">
              Loading…
            </p>
          ) : null}
          <div className="card min-w-0">
            <OrdersTable
              lines={live.lines}
              base={base}
              timeZone={timeZone}
              empty={<NoOrders {...{ view, storeId }} />}
            />
          </div>
          <Pager
            label="orders"
            newer={view.newer && urlOf({ newer: view.newer })}
            older={view.older && urlOf({ older: view.older })}
          />
          <LiveNotice trouble={live.trouble} readAt={live.readAt} timeZone={timeZone} />
        </div>
      )}
    </>
  );
}

/** URLs with this page's filter. A given value replaces a parameter, null removes it; the list starts at the first page. */
const useFilterUrl = (base: string) => {
  const { search } = useLocation();
  return (changes: Record<string, string | null>, path = base): string => {
    const params = new URLSearchParams(search);
    for (const name of ['older', 'newer']) params.delete(name);
    for (const [name, value] of [...params]) if (value.trim() === '') params.delete(name);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) params.delete(name);
      else params.set(name, value);
    }
    const text = params.toString();
    return text ? `${path}?${text}` : path;
  };
};

function NoOrders({ view, storeId }: { view: { tab: string; isFiltered: boolean }; storeId: string }) {
  if (view.isFiltered) return <EmptyState title="No order matches">Try fewer filters, or another tab.</EmptyState>;
  if (view.tab !== 'all') return <EmptyState title="No orders here">Orders in this state will appear here.</EmptyState>;
  return (
    <EmptyState
      title="No orders yet"
      action={<LinkButton to={`/dashboard/${storeId}/developers`}>Create an API key</LinkButton>}
    >
      Every order that your shop creates over the API appears here.
    </EmptyState>
  );
}
