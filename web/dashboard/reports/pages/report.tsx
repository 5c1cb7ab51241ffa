// One report: its figures against the previous period, over time, by status, coin and network; its file and its recipients.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { placeName } from '#domain/chains.ts';
import { DOORS } from '#web/access/doors.ts';
import { requireMember } from '#web/access/require-member.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { countText } from '#web/ui/count-text.ts';
import { dayText } from '#web/ui/days.ts';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { ReportChart } from '../parts/report-chart.tsx';
import { ReportFigures } from '../parts/report-figures.tsx';
import { ReportTables } from '../parts/report-tables.tsx';

export const meta = storeTitle<typeof loader>((view) => (view ? `Report, ${dayText(view.report.period)}` : 'Report'));

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args);
  const report = await args.context.dashboard.reports.report(store.id, args.params.reportId ?? '');
  if (!report) throw new Response('Not found', { status: 404 });
  const places = report.totals.byCoinAndNetwork.map((row) => ({
    ...row,
    place: placeName({ ...row, token: row.token ?? null }),
  }));
  return { report, places, storeId: store.id };
};

/** Generates the file again and compares it. Stores nothing. */
export const action = async (args: ActionFunctionArgs) => {
  const { store } = await requireMember(args, { atLeast: DOORS.report.who, write: true });
  const again = await args.context.dashboard.reports.rerun(store.id, args.params.reportId ?? '');
  if (!again) throw new Response('Not found', { status: 404 });
  return data(again);
};

export default function ReportPage() {
  const { report, places, storeId } = useLoaderData<typeof loader>();
  const again = useActionData<typeof action>();
  const { id, kind, period, timeZone, startsAt, endsAt, createdAt, totals, csvBytes, csvFormat, csvSha256, mails } =
    report;
  const { transitionHours } = report;
  return (
    <div className="grid gap-5">
      <PageHeader
        title={`${kind === 'daily' ? 'Daily' : 'Monthly'} report, ${dayText(period)}`}
        lead={
          <>
            From <LocalTime iso={startsAt} timeZone={timeZone} /> to <LocalTime iso={endsAt} timeZone={timeZone} />,{' '}
            {timeZone}. Created <LocalTime iso={createdAt} timeZone={timeZone} />.
          </>
        }
        actions={
          <a className="button px-3 text-sm" href={`/dashboard/${storeId}/reports/${id}/csv`} download>
            Download CSV
          </a>
        }
      />
      {transitionHours === null ? null : (
        <Notice tone="info" title={`This report covers ${countText(transitionHours, 'hour')}`}>
          The store’s time zone was changed. This report begins where the previous one ended, so that no hour is missing
          or counted twice.
        </Notice>
      )}
      <ReportFigures totals={totals} />
      <ReportChart report={report} reports={`/dashboard/${storeId}/reports`} />
      <ReportTables totals={totals} places={places} />
      <Card
        title="File"
        lead={
          <>
            {csvFormat === 1
              ? 'One row for each order that was paid in the period, without refunds: this report is older than refund rows'
              : 'One row for each order that was paid in the period, then one for each refund'}
            ;{' '}
            <a className="link" href="/docs/csv">
              its columns
            </a>
            . Generating it again gives the same bytes; “Run again” checks that.
          </>
        }
      >
        <dl className="grid gap-2 text-sm">
          <div>
            <dt className="text-ink-2">Size</dt>
            <dd className="tabular-nums">{csvBytes.toLocaleString('en-US')} bytes</dd>
          </div>
          <div>
            <dt className="text-ink-2">SHA-256</dt>
            <dd className="font-mono text-xs wrap-anywhere">{csvSha256}</dd>
          </div>
        </dl>
        <Form method="post" className="mt-4">
          <SubmitButton busyLabel="Generating…">Run again</SubmitButton>
        </Form>
        <div className="mt-4" role="status">
          {again ? (
            <Notice tone={again.same ? 'ok' : 'bad'} title={again.same ? 'The same bytes' : 'The file differs'}>
              {again.same
                ? `The file was generated again: ${again.bytes.toLocaleString('en-US')} bytes with the same hash.`
                : `The new file has the hash ${again.sha256}. Tell the operator: a paid order has changed.`}
            </Notice>
          ) : null}
        </div>
      </Card>
      <Card title="Recipients">
        {mails.length === 0 ? (
          <p className="text-sm text-ink-2">None: the report is empty, or the settings name no recipient.</p>
        ) : (
          <ul className="grid gap-2 text-sm">
            {mails.map(({ recipient, state, sentAt, lastError }) => (
              <li key={recipient} className="flex flex-wrap gap-x-3">
                <span className="font-semibold wrap-anywhere">{recipient}</span>
                <span className="text-ink-2">
                  {MAIL_STATES[state] ?? state} {sentAt ? <LocalTime iso={sentAt} timeZone={timeZone} /> : lastError}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </div>
  );
}

const MAIL_STATES: Record<string, string> = {
  pending: 'waiting',
  sent: 'sent',
  failed: 'failed:',
  bounced: 'bounced',
  complained: 'marked as spam',
};
