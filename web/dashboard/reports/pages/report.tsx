// One report: what the period came to against the one before, over its time, by status, coin and network, its file, and who was mailed.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { requireMember } from '#web/access/require-member.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { ReportChart } from '../parts/report-chart.tsx';
import { ReportFigures } from '../parts/report-figures.tsx';
import { ReportTables } from '../parts/report-tables.tsx';

export const meta: MetaFunction<typeof loader> = ({ data: view }) => [{ title: `Report ${view?.report.period ?? ''}` }];

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args);
  const report = await args.context.dashboard.reports.report(store.id, args.params.reportId ?? '');
  if (!report) throw new Response('Not found', { status: 404 });
  return { report, storeId: store.id };
};

/** Reads only: the file is made again and compared, nothing is stored. */
export const action = async (args: ActionFunctionArgs) => {
  const { store } = await requireMember(args, { atLeast: 'manager', write: true });
  const again = await args.context.dashboard.reports.rerun(store.id, args.params.reportId ?? '');
  if (!again) throw new Response('Not found', { status: 404 });
  return data(again);
};

export default function ReportPage() {
  const { report, storeId } = useLoaderData<typeof loader>();
  const again = useActionData<typeof action>();
  const { id, kind, period, timeZone, startsAt, endsAt, createdAt, totals, csvBytes, csvFormat, csvSha256, mails } =
    report;
  const { transitionHours } = report;
  return (
    <div className="grid gap-5">
      <PageHeader
        title={`${kind === 'daily' ? 'Daily' : 'Monthly'} report ${period}`}
        lead={
          <>
            From <LocalTime iso={startsAt} timeZone={timeZone} /> to <LocalTime iso={endsAt} timeZone={timeZone} />,{' '}
            {timeZone}. Made <LocalTime iso={createdAt} timeZone={timeZone} />.
          </>
        }
        actions={
          <a className="button px-3 text-sm" href={`/dashboard/${storeId}/reports/${id}/csv`} download>
            Download CSV
          </a>
        }
      />
      {transitionHours === null ? null : (
        <Notice tone="info" title={`This report covers ${transitionHours.toLocaleString('en-US')} hours`}>
          The store's time zone was changed: it begins where the report before it ended, so that no hour is missing and
          none counted twice.
        </Notice>
      )}
      <ReportFigures totals={totals} />
      <ReportChart report={report} reports={`/dashboard/${storeId}/reports`} />
      <ReportTables totals={totals} />
      <Card
        title="File"
        lead={
          <>
            {csvFormat === 1
              ? 'One row for each order that was paid in the period; what was sent back is not in it, for this report is older than such rows'
              : 'One row for each order that was paid in the period, then one for each time that money was sent back'}
            ;{' '}
            <a className="link" href="/docs/csv">
              what its columns say
            </a>
            . Making it again gives the same bytes; this checks it.
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
          <SubmitButton busyLabel="Making it again…">Run again</SubmitButton>
        </Form>
        <div className="mt-4" role="status">
          {again ? (
            <Notice tone={again.same ? 'ok' : 'bad'} title={again.same ? 'The same bytes' : 'The file differs'}>
              {again.same
                ? `The file was made again: ${again.bytes.toLocaleString('en-US')} bytes with the same hash.`
                : `The file made now has the hash ${again.sha256}. Tell the operator: a paid order has changed.`}
            </Notice>
          ) : null}
        </div>
      </Card>
      <Card title="Mailed to">
        {mails.length === 0 ? (
          <p className="text-sm text-ink-2">Nobody: there was nothing to tell, or nobody is named in the settings.</p>
        ) : (
          <ul className="grid gap-2 text-sm">
            {mails.map(({ recipient, state, sentAt, lastError }) => (
              <li key={recipient} className="flex flex-wrap gap-x-3">
                <span className="font-semibold wrap-anywhere">{recipient}</span>
                <span className="text-ink-2">
                  {MAIL_WORDS[state] ?? state} {sentAt ? <LocalTime iso={sentAt} timeZone={timeZone} /> : lastError}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </div>
  );
}

const MAIL_WORDS: Record<string, string> = {
  pending: 'waiting',
  sent: 'sent',
  failed: 'not sent:',
  bounced: 'came back',
  complained: 'marked as spam',
};
