// The books of a month: what came, where it went, and whether all records agree.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { parseDay } from '#domain/local-days.ts';
import { requireMember } from '#web/access/require-member.ts';
import { Card } from '#web/ui/card.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { dayText } from '#web/ui/days.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Money } from '#web/ui/money.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { UnknownNotice } from '#web/ui/unknown-notice.tsx';
import { unknownParts } from '#web/ui/unknown-parts.ts';
import { storeTitle } from '../../frame/store-title.ts';
import { ReportTabs } from '../parts/report-tabs.tsx';
import type { BooksLine, BooksView } from '../server/books-view.ts';

export const meta = storeTitle('Books');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args);
  const { searchParams } = new URL(args.request.url);
  const view = await args.context.dashboard.reports.books(store, searchParams.get('month'));
  const unknown = unknownParts(searchParams, { month: (value) => parseDay(`${value}-01`) !== undefined });
  return { view, unknown, storeId: store.id, timeZone: store.timeZone };
};

const amountColumn = (key: keyof BooksLine, header: string): Column<BooksLine> => ({
  key,
  header,
  align: 'end',
  cell: (line) => <Money amount={line[key]} />,
});

const COLUMNS: Column<BooksLine>[] = [
  { key: 'place', header: 'Coin and network', rowHeader: true, cell: ({ coin, network }) => `${coin} on ${network}` },
  amountColumn('received', 'Received'),
  amountColumn('settled', 'Settled'),
  amountColumn('refunded', 'Refunded'),
  amountColumn('held', 'Held'),
  amountColumn('fees', 'Fees'),
  amountColumn('booked', 'Booked'),
  amountColumn('reported', 'Reported'),
  {
    key: 'difference',
    header: 'Difference',
    align: 'end',
    cell: ({ difference }) =>
      Number(difference) === 0 ? (
        'none'
      ) : (
        <span className="font-semibold text-bad">
          <Money amount={difference} />
        </span>
      ),
  },
];

export default function BooksPage() {
  const { view, unknown, storeId, timeZone } = useLoaderData<typeof loader>();
  const reports = `/dashboard/${storeId}/reports`;
  const { month, newer, older, lines, walletRefunds, check } = view;
  return (
    <div className="grid gap-5">
      <PageHeader
        title={`Books of ${dayText(month)}`}
        lead={`Orders created in the month, in ${timeZone}, to the last unit. Received is settled, refunded and held together.`}
      />
      <ReportTabs reports={reports} current="books" />
      <UnknownNotice unknown={unknown} base={`${reports}/books`} rows="figures" />
      <LastCheck check={check} storeId={storeId} timeZone={timeZone} />
      <Card flush>
        <DataTable
          caption="Books by coin and network"
          columns={COLUMNS}
          rows={lines}
          rowKey={({ coin, network }) => `${coin} ${network}`}
          stacked
          empty={<EmptyState title="No money in this month">No order of this month received anything.</EmptyState>}
        />
      </Card>
      {walletRefunds.length > 0 ? (
        <Notice tone="quiet" title="Refunded from your own wallet">
          {walletRefunds.map(({ place, amount }) => `${amount} ${place}`).join(', ')}. This money had been settled to
          you before, so it is not in the table’s refunds.
        </Notice>
      ) : null}
      <Card title="What the columns mean">
        <Meanings />
      </Card>
      <Pager
        label="Months"
        newer={newer && `${reports}/books?month=${newer}`}
        older={`${reports}/books?month=${older}`}
      />
    </div>
  );
}

function Meanings() {
  return (
    <dl className="grid gap-2 text-sm [&_dd]:text-ink-2 [&_dt]:font-semibold">
      {MEANINGS.map(([name, meaning]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}

const MEANINGS = [
  ['Received', 'Transfers to the addresses of the orders, also too late, too much, or not confirmed yet.'],
  ['Settled', 'Paid out by the contract: to you, and the fee.'],
  ['Refunded', 'Paid from the addresses of the orders to payers, the fee included.'],
  ['Held', 'Still at the addresses: waits for its settlement, for a decision, or is too little.'],
  ['Fees', 'The part of settled and refunded money that the platform got.'],
  ['Booked', 'Counted as paid: payments, and money that was accepted later.'],
  ['Reported', 'What the totals of home, lists and reports say of the same orders.'],
] as const;

interface LastCheckProps extends Pick<BooksView, 'check'> {
  storeId: string;
  timeZone: string;
}

function LastCheck({ check, storeId, timeZone }: LastCheckProps) {
  if (!check)
    return (
      <Notice tone="quiet" title="Not compared with the chains yet">
        That happens once a day.
      </Notice>
    );
  const at = <LocalTime iso={check.at} timeZone={timeZone} />;
  if (check.differences.length > 0)
    return (
      <Notice tone="bad" title="Records disagree">
        <p>Compared with the chains {at}. The operator has been alerted.</p>
        <ul className="mt-2 grid gap-1">
          {check.differences.map(({ intentId, place, first, second, amount, text }) => (
            <li key={`${intentId} ${first} ${second}`} className="wrap-anywhere">
              {intentId ? (
                <Link className="link" to={`/dashboard/${storeId}/orders/${intentId}`}>
                  {intentId}
                </Link>
              ) : null}{' '}
              {place}: {first} and {second} differ by {amount}. {text}
            </li>
          ))}
        </ul>
      </Notice>
    );
  return check.isPartial ? (
    <Notice tone="warn" title="Not all records could be compared">
      The last comparison, {at}, found no difference in this store, but it could not read everything. It is repeated
      every hour.
    </Notice>
  ) : (
    <Notice tone="ok" title="The records agree">
      All orders were compared with the chains {at}, to the last unit.
    </Notice>
  );
}
