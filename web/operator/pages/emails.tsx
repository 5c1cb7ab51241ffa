// E-mails of the whole system by state. Their contents are not shown: some hold secret links.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Form, useLoaderData, useSearchParams } from '@remix-run/react';
import { requireOperator } from '#web/access/require-member.ts';
import { EMAIL_LABELS } from '#web/text/email-labels.ts';
import type { Tone } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { StoreName } from '#web/ui/store-name.tsx';
import { Tabs } from '#web/ui/tabs.tsx';
import { UnknownNotice } from '#web/ui/unknown-notice.tsx';
import { anyText, oneOf, timeAndId, unknownParts } from '#web/ui/unknown-parts.ts';
import { CONSOLE_ZONE, OrderLink, StateWithError, withParameter } from '../parts/console-parts.tsx';

const STATES = {
  pending: { label: 'Waiting', tone: 'busy' },
  sent: { label: 'Sent', tone: 'ok' },
  failed: { label: 'Failed', tone: 'bad' },
  bounced: { label: 'Bounced', tone: 'bad' },
  complained: { label: 'Complained', tone: 'warn' },
} as const satisfies Record<string, { label: string; tone: Tone }>;
const NAMES = Object.keys(STATES) as (keyof typeof STATES)[];

export const loader = async (args: LoaderFunctionArgs) => {
  await requireOperator(args);
  const { searchParams } = new URL(args.request.url);
  const state = NAMES.find((name) => name === searchParams.get('state'));
  const recipient = searchParams.get('to')?.trim().slice(0, 254);
  const after = searchParams.get('after');
  const page = await args.context.operator.emails({
    ...(state ? { state } : {}),
    ...(recipient ? { recipient } : {}),
    ...(after ? { after } : {}),
  });
  const unknown = unknownParts(searchParams, { state: oneOf(NAMES), to: anyText, after: timeAndId });
  return { ...page, unknown, state: state ?? null, recipient: recipient ?? '' };
};

export default function Emails() {
  const { rows, next, unknown, state, recipient } = useLoaderData<typeof loader>();
  const [parameters] = useSearchParams();
  return (
    <>
      <PageHeader title="E-mails" lead="Each message is sent once to each address. Failed messages are retried." />
      <UnknownNotice unknown={unknown} base="/operator/emails" rows="e-mails" />
      <Tabs
        label="E-mails by state"
        tabs={[
          { to: '/operator/emails', label: 'All', current: state === null },
          ...NAMES.map((name) => ({
            to: `/operator/emails?state=${name}`,
            label: STATES[name].label,
            current: state === name,
          })),
        ]}
      />
      <Form method="get" className="flex flex-wrap items-end gap-2">
        {state ? <input type="hidden" name="state" value={state} /> : null}
        <div className="min-w-60 flex-1">
          <Field
            label="Part of the recipient’s address"
            type="search"
            name="to"
            defaultValue={recipient}
            key={recipient}
          />
        </div>
        <button type="submit" className="button px-3 text-sm">
          Search
        </button>
      </Form>
      <Card flush>
        <DataTable
          stacked
          caption="E-mails"
          rows={rows}
          rowKey={({ id }) => id}
          empty={
            <EmptyState title="No e-mails here">
              E-mails appear here when orders, reports or accounts need them.
            </EmptyState>
          }
          columns={[
            {
              key: 'to',
              header: 'To',
              rowHeader: true,
              cell: ({ recipient: to, storeName, storeIsTest }) => (
                <span className="grid">
                  <span className="wrap-anywhere md:min-w-60">{to}</span>
                  {storeName ? (
                    <span className="text-ink-2">
                      <StoreName name={storeName} isTest={storeIsTest} />
                    </span>
                  ) : null}
                </span>
              ),
            },
            {
              key: 'kind',
              header: 'Kind',
              cell: ({ kind, intentId, orderId }) => (
                <span className="grid justify-items-start">
                  {EMAIL_LABELS[kind]}
                  {intentId ? <OrderLink {...{ intentId, orderId }} /> : null}
                </span>
              ),
            },
            {
              key: 'state',
              header: 'State',
              cell: ({ state: now, attempts, lastError }) => (
                <StateWithError {...STATES[now]} error={now === 'sent' ? null : lastError} attempts={attempts} />
              ),
            },
            {
              key: 'at',
              header: 'Created',
              cell: ({ createdAt }) => <LocalTime iso={createdAt} timeZone={CONSOLE_ZONE} />,
            },
            {
              key: 'sent',
              header: 'Sent',
              wideOnly: true,
              cell: ({ sentAt, transport }) =>
                sentAt ? (
                  <span className="grid">
                    <LocalTime iso={sentAt} timeZone={CONSOLE_ZONE} />
                    <span className="text-ink-2">{transport}</span>
                  </span>
                ) : (
                  '–'
                ),
            },
          ]}
        />
      </Card>
      <Pager label="e-mails" newer={null} older={next && withParameter(parameters, 'after', next)} />
    </>
  );
}
