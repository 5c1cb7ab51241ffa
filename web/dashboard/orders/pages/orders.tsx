// The orders of a store, newest first. Tabs, filters and search are in the URL; pages by keyset.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Link, useLoaderData, useLocation, useNavigation, useSearchParams } from '@remix-run/react';
import { Download, Plus } from 'lucide-react';
import { z } from 'zod';
import { csvStyleOf } from '#domain/csv-style.ts';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply, pageForms, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { formProblem } from '#web/access/form-error.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { LinkButton } from '#web/ui/button.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LiveNotice } from '#web/ui/live-notice.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { Tabs } from '#web/ui/tabs.tsx';
import { UnknownNotice } from '#web/ui/unknown-notice.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { OrderFilters } from '../parts/order-filters.tsx';
import { OrdersChanges } from '../parts/orders-changes.tsx';
import { SlowNotice } from '../parts/orders-notices.tsx';
import { OrdersSelection } from '../parts/orders-selection.tsx';
import { OrdersTable } from '../parts/orders-table.tsx';
import { OrdersTotalsCard } from '../parts/orders-totals.tsx';
import { OrdersViews } from '../parts/orders-views.tsx';
import { useLiveOrders } from '../parts/use-live-orders.ts';

export const meta = storeTitle('Orders');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, session, mayWrite } = await requireMember(args);
  const params = new URL(args.request.url).searchParams;
  const { orders } = args.context.dashboard;
  const [view, views] = await Promise.all([orders.list(store, params), orders.views(store.id, session.userId)]);
  return {
    ...{ view, views, mayWrite, storeId: store.id, timeZone: store.timeZone },
    csvStyle: csvStyleOf(store),
  };
};

const ordersForms = pageForms(
  'orders',
  z.discriminatedUnion('do', [
    z.object({ do: z.literal('save-view'), name: text, query: text }),
    z.object({ do: z.literal('delete-view'), view: text }),
    z.object({ do: z.literal('redeliver'), order: z.preprocess((value) => [value ?? []].flat(), z.array(z.string())) }),
  ]),
);

export const action = async (args: ActionFunctionArgs) => {
  const { store, session, actor } = await requireMember(args, { atLeast: DOORS.orders.who, write: true });
  const formData = await readForm(args.request);
  const old = oldLogInReply(session, formData, 'orders', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, ordersForms);
  if (submission.status !== 'success') return rejectForm(submission);
  const form = submission.value;
  const { orders } = args.context.dashboard;
  const { pathname, searchParams } = new URL(args.request.url);
  try {
    if (form.do === 'save-view') {
      const query = new URLSearchParams(form.query);
      for (const name of PAGE_PARAMETERS) query.delete(name);
      await orders.saveView(store.id, session.userId, { name: form.name, query: query.toString() });
      return redirect(query.size > 0 ? `${pathname}?${query}` : pathname, 303);
    }
    if (form.do === 'delete-view') {
      await orders.deleteView(store.id, session.userId, form.view);
      return redirect(searchParams.size > 0 ? `${pathname}?${searchParams}` : pathname, 303);
    }
    if (form.order.length === 0) return rejectForm(submission, NONE_CHOSEN);
    searchParams.set('redelivered', String(await orders.redeliverOrders(store.id, form.order, actor)));
    return redirect(`${pathname}?${searchParams}`, 303);
  } catch (error) {
    return rejectForm(submission, formProblem(error));
  }
};

const NONE_CHOSEN = { code: 'none_chosen', field: null, message: 'Choose at least one order.' };

/** Parameters of one page of the list, which no link and no saved view keeps. */
const PAGE_PARAMETERS = ['older', 'newer', 'redelivered', 'index'];

const TABS = [
  { tab: 'all', label: 'All' },
  { tab: 'paid', label: 'Paid' },
  { tab: 'in-progress', label: 'In progress' },
  { tab: 'attention', label: 'Needs attention' },
  { tab: 'expired', label: 'Expired' },
] as const;

export default function OrdersPage() {
  const { view, views, storeId, timeZone, mayWrite, csvStyle } = useLoaderData<typeof loader>();
  const { state, location } = useNavigation();
  const [parameters] = useSearchParams();
  const base = `/dashboard/${storeId}/orders`;
  const loading = state === 'loading' && location.pathname === base;
  const urlOf = useFilterUrl(base);
  const hasProblems = Object.keys(view.problems).length > 0;
  const hasRows = !hasProblems && view.slow?.what !== 'orders';
  const ids = view.lines.map(({ id }) => id);
  const live = useLiveOrders(view, hasRows ? urlOf({ ids: ids.join('.') }, `${base}/changes`) : null);
  return (
    <>
      <PageHeader
        title="Orders"
        actions={
          <>
            <LinkButton to={urlOf({}, `${base}/export`)}>
              <Download size={16} aria-hidden />
              Export
            </LinkButton>
            {mayWrite ? (
              <LinkButton tone="primary" to={`${base}/new`}>
                <Plus size={16} aria-hidden />
                New order
              </LinkButton>
            ) : null}
          </>
        }
      />
      <Tabs
        label="Orders by state"
        tabs={TABS.map(({ tab, label }) => ({
          to: urlOf({ tab: tab === 'all' ? null : tab }),
          label: <TabLabel label={label} count={tab === 'all' ? undefined : view.tabCounts?.[tab]} />,
          current: view.tab === tab,
        }))}
      />
      <OrderFilters
        view={view}
        clearTo={view.tab === 'all' ? base : `${base}?tab=${view.tab}`}
        {...{ timeZone, urlOf }}
      />
      {mayWrite ? <OrdersViews views={views} base={base} query={urlOf({}).split('?')[1] ?? ''} /> : null}
      <Redelivered count={parameters.get('redelivered')} />
      <UnknownNotice unknown={view.unknown} base={base} rows="orders" />
      {hasProblems ? null : <SlowNotice {...{ view, urlOf }} />}
      {hasProblems ? (
        <Notice tone="bad" title="The filter is not valid">
          {Object.values(view.problems).join(' ')}
        </Notice>
      ) : hasRows ? (
        // Not a grid: what sticks to the screen's lower edge would stay in its own row.
        <div className="flex min-w-0 flex-col gap-3" aria-busy={loading}>
          <OrdersChanges
            newest={live.newest}
            announced={live.announced}
            to={urlOf({})}
            page={{ ids, isLater: view.newer !== null, hasOlder: view.older !== null, readAt: view.readAt }}
          />
          <div className="flex flex-wrap items-center justify-between gap-x-4 text-sm">
            <p className="text-ink-2">
              {view.sort === 'newest' ? 'Newest first. ' : 'Oldest first. '}
              <Link className="link" to={urlOf({ sort: view.sort === 'newest' ? 'oldest' : null })}>
                {view.sort === 'newest' ? 'Oldest first' : 'Newest first'}
              </Link>
            </p>
            <Link
              className="link inline-flex min-h-11 items-center"
              to={urlOf({ totals: view.totals ? null : 'on' })}
              preventScrollReset
            >
              {view.totals ? 'Hide the totals' : 'Totals of these orders'}
            </Link>
          </div>
          {view.totals ? <OrdersTotalsCard totals={view.totals} /> : null}
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
              shown={view.columns}
              empty={<NoOrders {...{ view, storeId }} />}
            />
          </div>
          {live.lines.length > 0 ? (
            <OrdersSelection mayRedeliver={mayWrite} csvStyle={csvStyle} exportUrl={`${base}/export/csv`} />
          ) : null}
          <Pager
            label="orders"
            newer={view.newer && urlOf({ newer: view.newer })}
            older={view.older && urlOf({ older: view.older })}
            oldestFirst={view.sort === 'oldest'}
          />
          <LiveNotice trouble={live.trouble} readAt={live.readAt} timeZone={timeZone} />
        </div>
      ) : null}
    </>
  );
}

/** URLs with this page's filter. A given value replaces a parameter, null removes it; the list starts at the first page. */
const useFilterUrl = (base: string) => {
  const { search } = useLocation();
  return (changes: Record<string, string | null>, path = base): string => {
    const params = new URLSearchParams(search);
    for (const name of PAGE_PARAMETERS) params.delete(name);
    for (const [name, value] of [...params]) if (value.trim() === '') params.delete(name);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) params.delete(name);
      else params.set(name, value);
    }
    const text = params.toString();
    return text ? `${path}?${text}` : path;
  };
};

function TabLabel({ label, count }: { label: string; count: string | undefined }) {
  if (count === undefined || count === '0') return label;
  return (
    <>
      {label}
      <span className="rounded-full bg-sunken px-2 text-xs text-ink-2 tabular-nums">{count}</span>
    </>
  );
}

function Redelivered({ count }: { count: string | null }) {
  if (count === null || !/^\d{1,3}$/.test(count)) return null;
  if (count === '0') return <Notice tone="neutral">The chosen orders have no webhooks yet.</Notice>;
  return (
    <Notice tone="ok" announced>
      {count === '1' ? '1 webhook is' : `${count} webhooks are`} being delivered again.
    </Notice>
  );
}

function NoOrders({ view, storeId }: { view: { tab: string; isFiltered: boolean }; storeId: string }) {
  if (view.isFiltered)
    return (
      <EmptyState title="No order matches">
        The search finds any part of an order id, a description, and the shopper’s name, id or e-mail address, in any
        case; several words must all be there. Checkout ids, transactions and addresses must be whole. Or try fewer
        filters, or another tab.
      </EmptyState>
    );
  if (view.tab !== 'all') return <EmptyState title="No orders here">Orders in this state will appear here.</EmptyState>;
  return (
    <EmptyState
      title="No orders yet"
      action={<LinkButton to={`/dashboard/${storeId}/developers`}>Create an API key</LinkButton>}
    >
      Every order that your shop creates over the API appears here, and every order of a{' '}
      <Link className="link" to={`/dashboard/${storeId}/links`}>
        payment link
      </Link>
      , of an{' '}
      <Link className="link" to={`/dashboard/${storeId}/invoices`}>
        invoice
      </Link>
      , and made by hand.
    </EmptyState>
  );
}
