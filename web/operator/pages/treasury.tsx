// What settling cost in a month: gas by network, and by store beside the fees that it earned (decision 0100).
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import type { GasCost } from '#domain/gas-report.ts';
import { requireOperator } from '#web/access/require-member.ts';
import { Badge } from '#web/ui/badge.tsx';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { countText } from '#web/ui/count-text.ts';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { dayText } from '#web/ui/days.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { groupDigits, Money } from '#web/ui/money.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { StoreName } from '#web/ui/store-name.tsx';
import type { TreasuryView } from '../server/operator-types.ts';

export const loader = async (args: LoaderFunctionArgs) => {
  await requireOperator(args);
  const { searchParams } = new URL(args.request.url);
  return await args.context.operator.treasury(searchParams.get('month') ?? '');
};

export default function Treasury() {
  const { month, before, after, networks, stores } = useLoaderData<typeof loader>() as TreasuryView;
  const unknown = networks.reduce((sum, row) => sum + row.unknown, 0);
  return (
    <>
      <PageHeader
        title="Treasury"
        lead={`Gas of the settlements that were mined in ${dayText(month)} (UTC). US dollars by rounded prices of the native coins.`}
        actions={
          <span className="flex flex-wrap gap-2">
            <LinkButton to={`/operator/treasury?month=${before}`}>{dayText(before)}</LinkButton>
            {after ? <LinkButton to={`/operator/treasury?month=${after}`}>{dayText(after)}</LinkButton> : null}
          </span>
        }
      />
      {unknown > 0 ? (
        <Notice tone="warn">
          {countText(unknown, 'transaction')} {unknown === 1 ? 'has' : 'have'} no figure: an older release recorded
          them.
        </Notice>
      ) : null}
      <Card flush title="By network" lead="Failed transactions cost gas too, and belong to no store.">
        <DataTable
          stacked
          caption="Gas by network"
          rows={networks}
          rowKey={({ chainId }) => String(chainId)}
          empty={<EmptyState title="No transactions in this month" />}
          columns={NETWORK_COLUMNS}
        />
      </Card>
      <Card flush title="By store" lead="The settlements of a transaction share its cost equally.">
        <DataTable
          stacked
          caption="Gas by store"
          rows={stores}
          rowKey={({ chainId, storeId }) => `${chainId}:${storeId}`}
          empty={<EmptyState title="No settlements in this month" />}
          columns={STORE_COLUMNS}
        />
      </Card>
      <p className="text-sm text-ink-2">
        What the keys have left is on the page{' '}
        <Link to="/operator/chains" className="text-brand underline">
          Chains
        </Link>
        .
      </p>
    </>
  );
}

function Cost({ cost: { coins, symbol, usd } }: { cost: GasCost }) {
  return (
    <span className="grid justify-items-end">
      <Money amount={coins} unit={symbol} places={6} />
      {usd === null ? null : <span className="text-ink-2">about {groupDigits(usd)} USD</span>}
    </span>
  );
}

const NETWORK_COLUMNS: Column<TreasuryView['networks'][number]>[] = [
  { key: 'network', header: 'Network', rowHeader: true, cell: ({ network }) => network },
  {
    key: 'transactions',
    header: 'Transactions',
    align: 'end',
    cell: ({ transactions, failed }) => (
      <span className="flex flex-wrap items-center justify-end gap-2">
        {groupDigits(String(transactions))}
        {failed > 0 ? <Badge tone="warn">{failed} failed</Badge> : null}
      </span>
    ),
  },
  { key: 'cost', header: 'Cost', align: 'end', cell: ({ cost }) => <Cost cost={cost} /> },
];

const STORE_COLUMNS: Column<TreasuryView['stores'][number]>[] = [
  {
    key: 'store',
    header: 'Store',
    rowHeader: true,
    cell: ({ storeName, isTest, network }) => (
      <span className="grid">
        <StoreName name={storeName} isTest={isTest} />
        <span className="text-sm font-normal text-ink-2">{network}</span>
      </span>
    ),
  },
  {
    key: 'settlements',
    header: 'Settlements',
    align: 'end',
    cell: ({ settlements }) => groupDigits(String(settlements)),
  },
  { key: 'cost', header: 'Cost', align: 'end', cell: ({ cost }) => <Cost cost={cost} /> },
  {
    key: 'earned',
    header: 'Fees earned',
    align: 'end',
    cell: ({ earned }) => <Money amount={earned} unit="USD" places={2} />,
  },
];
