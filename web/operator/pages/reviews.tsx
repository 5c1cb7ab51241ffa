// The review queue: money that a person must decide on. Open reviews are listed oldest first.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Form, Link, useLoaderData, useSearchParams } from '@remix-run/react';
import { durationText } from '#domain/duration.ts';
import { REVIEW_KIND_LIST } from '#domain/review-kinds.ts';
import { requireOperator } from '#web/access/require-member.ts';
import { REVIEW_LABELS } from '#web/text/review-titles.ts';
import { Card } from '#web/ui/card.tsx';
import { DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { Select } from '#web/ui/select.tsx';
import { StoreName } from '#web/ui/store-name.tsx';
import { Tabs } from '#web/ui/tabs.tsx';
import { UnknownNotice } from '#web/ui/unknown-notice.tsx';
import { anyText, oneOf, unknownParts, wholeNumber } from '#web/ui/unknown-parts.ts';
import { AmountCell, CONSOLE_ZONE, OrderCell, ReviewStateBadge, withParameter } from '../parts/console-parts.tsx';
import { StrayTable } from '../parts/stray-table.tsx';

const AGES = [
  { value: '', label: 'Any age' },
  { value: '1', label: 'Older than an hour' },
  { value: '24', label: 'Older than a day' },
  { value: '168', label: 'Older than a week' },
];

export const loader = async (args: LoaderFunctionArgs) => {
  await requireOperator(args);
  const { searchParams } = new URL(args.request.url);
  const state = searchParams.get('state') === 'resolved' ? 'resolved' : 'open';
  const kind = REVIEW_KIND_LIST.find((name) => name === searchParams.get('kind'));
  const storeId = searchParams.get('store')?.trim().slice(0, 64) || undefined;
  const age = AGES.find(({ value }) => value !== '' && value === searchParams.get('age'))?.value;
  const after = searchParams.get('after');
  const page = await args.context.operator.reviews({
    state,
    ...(kind ? { kind } : {}),
    ...(storeId ? { storeId } : {}),
    ...(age ? { minAgeHours: Number(age) } : {}),
    ...(after && /^\d{1,18}$/.test(after) ? { after } : {}),
  });
  const strays = state === 'open' ? await args.context.operator.strays(storeId) : [];
  const unknown = unknownParts(searchParams, {
    ...{ state: oneOf(['open', 'resolved']), kind: oneOf(REVIEW_KIND_LIST), store: anyText, after: wholeNumber },
    age: oneOf(AGES.map(({ value }) => value)),
  });
  return {
    ...page,
    strays,
    unknown,
    now: Date.now(),
    filter: { state, kind: kind ?? '', store: storeId ?? '', age: age ?? '' },
  };
};

export default function Reviews() {
  const { rows, next, now, filter, strays, unknown } = useLoaderData<typeof loader>();
  const [parameters] = useSearchParams();
  const filtered = filter.kind !== '' || filter.store !== '' || filter.age !== '';
  return (
    <>
      <PageHeader
        title="Review queue"
        lead="Money that a person must decide on: late, too little, in another coin or network, twice, or from a denied payer."
      />
      <UnknownNotice unknown={unknown} base="/operator/reviews" rows="reviews" />
      <Tabs
        label="Reviews by state"
        tabs={[
          { to: '/operator/reviews', label: 'Open', current: filter.state === 'open' },
          { to: '/operator/reviews?state=resolved', label: 'Resolved', current: filter.state === 'resolved' },
        ]}
      />
      <Form method="get" className="grid items-end gap-3 sm:grid-cols-2 lg:grid-cols-[1fr_1fr_1.5fr_auto]">
        {filter.state === 'resolved' ? <input type="hidden" name="state" value="resolved" /> : null}
        <Select
          label="Kind"
          name="kind"
          defaultValue={filter.kind}
          options={[
            { value: '', label: 'Any kind' },
            ...REVIEW_KIND_LIST.map((value) => ({ value, label: REVIEW_LABELS[value] })),
          ]}
        />
        <Select label="Age" name="age" defaultValue={filter.age} options={AGES} />
        <Field label="Store id" name="store" defaultValue={filter.store} placeholder="sto_…" />
        <button type="submit" className="button px-3 text-sm">
          Filter
        </button>
      </Form>
      <Card flush>
        <DataTable
          stacked
          caption="Reviews"
          rows={rows}
          rowKey={({ id }) => id}
          empty={
            <EmptyState title={filter.state === 'open' ? 'No open reviews' : 'No decisions yet'}>
              {filtered ? 'With these filters.' : 'New reviews appear here.'}
            </EmptyState>
          }
          columns={[
            {
              key: 'kind',
              header: 'What',
              rowHeader: true,
              cell: ({ id, kind }) => (
                <Link to={`/operator/reviews/${id}`} className="font-semibold text-brand underline">
                  {REVIEW_LABELS[kind]}
                </Link>
              ),
            },
            {
              key: 'amount',
              header: 'Amount',
              align: 'end',
              cell: ({ amount, coin, network }) => <AmountCell {...{ amount, network }} unit={coin} />,
            },
            {
              key: 'store',
              header: 'Store',
              cell: ({ storeName, storeIsTest, merchantId, merchantName }) => (
                <span className="grid">
                  <StoreName name={storeName} isTest={storeIsTest} />
                  <Link to={`/operator/merchants/${merchantId}`} className="text-ink-2 underline wrap-anywhere">
                    {merchantName}
                  </Link>
                </span>
              ),
            },
            {
              key: 'order',
              header: 'Order',
              wideOnly: true,
              cell: (item) => <OrderCell {...item} />,
            },
            {
              key: 'found',
              header: 'Found',
              cell: ({ createdAt, state }) => (
                <span className="grid">
                  <LocalTime iso={createdAt} timeZone={CONSOLE_ZONE} />
                  {state === 'open' ? (
                    <span className="text-ink-2">waits {durationText((now - Date.parse(createdAt)) / 1000)}</span>
                  ) : null}
                </span>
              ),
            },
            {
              key: 'state',
              header: 'State',
              wideOnly: true,
              cell: ({ outcome, resolvedBy }) => (
                <span className="grid justify-items-start gap-1">
                  <ReviewStateBadge outcome={outcome} />
                  {resolvedBy ? <span className="text-ink-2 wrap-anywhere">by {resolvedBy}</span> : null}
                </span>
              ),
            },
          ]}
        />
      </Card>
      {filter.state === 'open' && filter.kind === '' && filter.age === '' ? <StrayTable rows={strays} /> : null}
      <Pager label="reviews" newer={null} older={next && withParameter(parameters, 'after', next)} />
    </>
  );
}
