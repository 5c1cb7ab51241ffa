// The payment links of a store.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { Plus } from 'lucide-react';
import { requireMember } from '#web/access/require-member.ts';
import { LinkButton } from '#web/ui/button.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Tabs } from '#web/ui/tabs.tsx';
import { UnknownNotice } from '#web/ui/unknown-notice.tsx';
import { oneOf, unknownParts } from '#web/ui/unknown-parts.ts';
import { storeTitle } from '../../frame/store-title.ts';
import { LinkStateBadge, soldText } from '../parts/link-state.tsx';
import { PriceLabel } from '../parts/price-label.tsx';
import type { LinkLine } from '../server/links-types.ts';

export const meta = storeTitle('Payment links');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, mayWrite } = await requireMember(args);
  const { searchParams } = new URL(args.request.url);
  const archived = searchParams.get('tab') === 'archived';
  const list = await args.context.dashboard.links.list(store.id, archived);
  const unknown = unknownParts(searchParams, { tab: oneOf(['archived']) });
  return { list, unknown, archived, storeId: store.id, timeZone: store.timeZone, mayWrite };
};

export default function LinksPage() {
  const { list, unknown, archived, storeId, timeZone, mayWrite } = useLoaderData<typeof loader>();
  const base = `/dashboard/${storeId}/links`;
  const create = mayWrite ? (
    <LinkButton tone="primary" to={`${base}/new`}>
      <Plus size={16} aria-hidden />
      New link
    </LinkButton>
  ) : null;
  return (
    <>
      <PageHeader
        title="Payment links"
        lead="A page that sells one thing at a URL of its own, without a shop and without code."
        actions={create}
      />
      <UnknownNotice unknown={unknown} base={base} rows="links" />
      <Tabs
        label="Payment links by state"
        tabs={[
          { to: base, label: 'Current', current: !archived },
          { to: `${base}?tab=archived`, label: 'Archived', current: archived },
        ]}
      />
      <div className="card min-w-0">
        <DataTable
          stacked
          caption="Payment links"
          columns={columns(base, timeZone)}
          rows={list}
          rowKey={({ id }) => id}
          empty={
            archived ? (
              <EmptyState title="Nothing is archived">Links that you archive move here.</EmptyState>
            ) : (
              <EmptyState title="No payment links yet" action={create}>
                Give a title and a price, and share the link or print its poster.
              </EmptyState>
            )
          }
        />
      </div>
    </>
  );
}

const columns = (base: string, timeZone: string): Column<LinkLine>[] => [
  {
    key: 'title',
    header: 'Link',
    rowHeader: true,
    cell: ({ id, title, slug }) => (
      <span className="grid">
        <Link className="link wrap-anywhere" to={`${base}/${id}`}>
          {title}
        </Link>
        <span className="text-ink-2 wrap-anywhere">/pay/{slug}</span>
      </span>
    ),
  },
  { key: 'state', header: 'State', cell: ({ state }) => <LinkStateBadge state={state} /> },
  { key: 'price', header: 'Price', align: 'end', cell: (link) => <PriceLabel link={link} /> },
  { key: 'counts', header: 'Sold', cell: soldText },
  { key: 'created', header: 'Created', cell: ({ createdAt }) => <LocalTime iso={createdAt} timeZone={timeZone} /> },
];
