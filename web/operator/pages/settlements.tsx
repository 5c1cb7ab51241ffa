// All settlements by state, with their last errors.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useSearchParams } from '@remix-run/react';
import { durationText } from '#domain/duration.ts';
import { requireOperator } from '#web/access/require-member.ts';
import type { Tone } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Money } from '#web/ui/money.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { StoreName } from '#web/ui/store-name.tsx';
import { Tabs } from '#web/ui/tabs.tsx';
import { UnknownNotice } from '#web/ui/unknown-notice.tsx';
import { oneOf, unknownParts, wholeNumber } from '#web/ui/unknown-parts.ts';
import {
  CONSOLE_ZONE,
  ExternalLink,
  OrderLink,
  ShortHex,
  StateWithError,
  withParameter,
} from '../parts/console-parts.tsx';
import { SETTLEMENT_LABELS } from '../parts/settlement-labels.ts';

const STATES = {
  pending: { label: SETTLEMENT_LABELS.pending, tone: 'plain' },
  sending: { label: SETTLEMENT_LABELS.sending, tone: 'busy' },
  settled: { label: SETTLEMENT_LABELS.settled, tone: 'ok' },
  failed: { label: SETTLEMENT_LABELS.failed, tone: 'bad' },
} as const satisfies Record<string, { label: string; tone: Tone }>;
const NAMES = Object.keys(STATES) as (keyof typeof STATES)[];

export const loader = async (args: LoaderFunctionArgs) => {
  await requireOperator(args);
  const { searchParams } = new URL(args.request.url);
  const state = NAMES.find((name) => name === searchParams.get('state'));
  const failing = searchParams.get('state') === 'failing';
  const after = searchParams.get('after');
  const page = await args.context.operator.settlements({
    ...(state ? { state } : {}),
    failing,
    ...(after && /^\d{1,18}$/.test(after) ? { after } : {}),
  });
  const unknown = unknownParts(searchParams, { state: oneOf([...NAMES, 'failing']), after: wholeNumber });
  return { ...page, unknown, now: Date.now(), current: failing ? 'failing' : (state ?? 'all') };
};

export default function Settlements() {
  const { rows, next, unknown, now, current } = useLoaderData<typeof loader>();
  const [parameters] = useSearchParams();
  return (
    <>
      <PageHeader
        title="Settlements"
        lead="The relayer sends the settlements. Anyone else can send them too: the contract pays only the merchant and the fee."
      />
      <UnknownNotice unknown={unknown} base="/operator/settlements" rows="settlements" />
      <Tabs
        label="Settlements by state"
        tabs={[
          { to: '/operator/settlements', label: 'All', current: current === 'all' },
          ...NAMES.map((name) => ({
            to: `/operator/settlements?state=${name}`,
            label: STATES[name].label,
            current: current === name,
          })),
          { to: '/operator/settlements?state=failing', label: 'With an error', current: current === 'failing' },
        ]}
      />
      <Card flush>
        <DataTable
          stacked
          caption="Settlements"
          rows={rows}
          rowKey={({ id }) => id}
          empty={<EmptyState title="No settlements here">They appear when an order is paid.</EmptyState>}
          columns={[
            {
              key: 'state',
              header: 'State',
              rowHeader: true,
              cell: ({ state, attempts, lastError }) => (
                <StateWithError {...STATES[state]} error={state === 'settled' ? null : lastError} attempts={attempts} />
              ),
            },
            {
              key: 'amount',
              header: 'Settled',
              align: 'end',
              cell: ({ net, fee, coin }) =>
                net === null ? (
                  '–'
                ) : (
                  <span className="grid justify-items-end">
                    <Money amount={net} unit={coin} />
                    <span className="text-ink-2">fee {fee}</span>
                  </span>
                ),
            },
            {
              key: 'where',
              header: 'Store and order',
              cell: ({ storeName, storeIsTest, orderId, intentId, network }) => (
                <span className="grid">
                  <StoreName name={storeName} isTest={storeIsTest} />
                  <OrderLink orderId={orderId} intentId={intentId} />
                  <span className="text-ink-2">{network}</span>
                </span>
              ),
            },
            {
              key: 'age',
              header: 'Since',
              cell: ({ createdAt, settledAt }) => (
                <span className="grid">
                  <LocalTime iso={createdAt} timeZone={CONSOLE_ZONE} />
                  <span className="text-ink-2">
                    {settledAt
                      ? `done in ${durationText((Date.parse(settledAt) - Date.parse(createdAt)) / 1000)}`
                      : `waits ${durationText((now - Date.parse(createdAt)) / 1000)}`}
                  </span>
                </span>
              ),
            },
            {
              key: 'tx',
              header: 'Transaction',
              wideOnly: true,
              cell: ({ txHash, explorerUrl }) =>
                txHash ? (
                  <ExternalLink to={explorerUrl}>
                    <ShortHex value={txHash} />
                  </ExternalLink>
                ) : (
                  '–'
                ),
            },
          ]}
        />
      </Card>
      <Pager label="settlements" newer={null} older={next && withParameter(parameters, 'after', next)} />
    </>
  );
}
