// The console's first page: each queue with its oldest item, each chain with its relayer, one press from where it is dealt with.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { durationText } from '#domain/duration.ts';
import { FEW_SETTLEMENTS } from '#domain/operator-alerts.ts';
import { requireOperator } from '#web/access/require-member.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { countText } from '#web/ui/count-text.ts';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { groupDigits } from '#web/ui/money.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { TestMark } from '#web/ui/store-name.tsx';
import { behindText, relayerHealth, together, watcherHealth } from '../parts/chain-health.ts';
import type { OverviewQueue, OverviewView } from '../server/operator-types.ts';

export const loader = async (args: LoaderFunctionArgs) => {
  await requireOperator(args);
  return await args.context.operator.overview();
};

interface Queue {
  name: OverviewQueue;
  label: string;
  /** What waits, as text. */
  what: string;
  to: string;
  /** Of the button while something waits. */
  action: string;
  /** From this age of the oldest item it needs somebody; 0: at once. */
  lateSeconds: number;
}

const QUEUES: readonly Queue[] = [
  {
    ...{ name: 'reviews', label: 'Reviews', what: 'money that a person decides on', lateSeconds: 86_400 },
    ...{ to: '/operator/reviews', action: 'Decide' },
  },
  {
    ...{ name: 'proposals', label: 'Proposals', what: 'what a second operator confirms', lateSeconds: 0 },
    ...{ to: '/operator/proposals', action: 'See them' },
  },
  {
    ...{ name: 'applications', label: 'Applications', what: 'merchants that want to start', lateSeconds: 86_400 },
    ...{ to: '/operator/merchants?status=applied', action: 'Look at them' },
  },
  {
    ...{ name: 'receivers', label: 'Failing receivers', what: 'webhook URLs and endpoints', lateSeconds: 0 },
    ...{ to: '/operator/receivers', action: 'See why' },
  },
  {
    ...{
      name: 'settlements',
      label: 'Unpaid settlements',
      what: 'money on its way to merchants; from the promised time',
      lateSeconds: 600,
    },
    ...{ to: '/operator/settlements?state=pending', action: 'Open' },
  },
  {
    ...{ name: 'emails', label: 'E-mails', what: 'messages that are not sent yet', lateSeconds: 600 },
    ...{ to: '/operator/emails?state=pending', action: 'Open' },
  },
  {
    ...{ name: 'dispatch', label: 'Dispatch', what: 'work that Temporal does not have yet', lateSeconds: 120 },
    ...{ to: '/operator/chains', action: 'Open' },
  },
];

export default function Overview() {
  const { queues, chains, alerts } = useLoaderData<typeof loader>() as OverviewView;
  return (
    <>
      <PageHeader title="Overview" lead="What waits, and since when. Yellow needs somebody." />
      {alerts.length > 0 ? (
        <Notice tone="warn">
          <ul>
            {alerts.map(({ id, text }) => (
              <li key={id}>{text}</li>
            ))}
          </ul>
          <Link to="/operator/alerts" className="underline">
            See the alerts
          </Link>
        </Notice>
      ) : null}
      <Card flush title="Queues">
        <DataTable
          stacked
          caption="What waits in each queue"
          rows={QUEUES}
          rowKey={({ name }) => name}
          empty={null}
          columns={queueColumns(queues)}
        />
      </Card>
      <Card flush title="Chains and relayers">
        <DataTable
          stacked
          caption="Chains with their watchers and relayers"
          rows={chains}
          rowKey={({ chainId }) => String(chainId)}
          empty={<EmptyState title="No chain is enabled" />}
          columns={CHAIN_COLUMNS}
        />
      </Card>
    </>
  );
}

const queueColumns = (queues: OverviewView['queues']): Column<Queue>[] => [
  {
    key: 'queue',
    header: 'Queue',
    rowHeader: true,
    cell: ({ label, what }) => (
      <span className="grid">
        {label}
        <span className="text-sm font-normal text-ink-2">{what}</span>
      </span>
    ),
  },
  {
    key: 'waiting',
    header: 'Waiting',
    cell: ({ name, lateSeconds }) => {
      const { waiting, oldestSeconds } = queues[name];
      const tone = waiting === 0 ? 'ok' : oldestSeconds >= lateSeconds ? 'warn' : 'plain';
      return <Badge tone={tone}>{waiting === 0 ? 'Nothing' : groupDigits(String(waiting))}</Badge>;
    },
  },
  {
    key: 'oldest',
    header: 'Oldest',
    cell: ({ name }) => (queues[name].waiting === 0 ? '–' : durationText(queues[name].oldestSeconds)),
  },
  {
    key: 'act',
    header: 'Act',
    cell: ({ name, to, action, label }) => (
      <Link to={to} className="button px-3 text-sm">
        {queues[name].waiting === 0 ? 'Open' : action}
        <span className="sr-only">: {label}</span>
      </Link>
    ),
  },
];

type ChainRow = OverviewView['chains'][number];

const CHAIN_COLUMNS: Column<ChainRow>[] = [
  {
    key: 'chain',
    header: 'Chain',
    rowHeader: true,
    cell: ({ network, isTest }) => (
      <span className="flex flex-wrap items-center gap-2">
        {network}
        {isTest ? <TestMark /> : null}
      </span>
    ),
  },
  {
    key: 'watcher',
    header: 'Watcher',
    cell: ({ watcher }) => {
      const { tone, label } = watcherHealth(watcher);
      return <Badge tone={tone}>{label}</Badge>;
    },
  },
  {
    key: 'head',
    header: 'Head seen',
    cell: ({ watcher }) => (watcher ? `${durationText(watcher.silentSeconds)} ago` : '–'),
  },
  {
    key: 'behind',
    header: 'Behind',
    cell: ({ watcher }) => (watcher ? behindText(watcher) : '–'),
  },
  {
    key: 'relayer',
    header: 'Relayer',
    cell: ({ relayers }) => {
      if (relayers.length === 0) return 'none';
      const all = together(relayers);
      const { tone, label } = relayerHealth(all);
      return (
        <span className="grid justify-items-start gap-1 max-md:justify-items-end">
          <Badge tone={tone}>{label}</Badge>
          {relayers.map(({ address, balance, symbol }) => (
            <span key={address}>{balance === null ? 'no response' : `${groupDigits(balance)} ${symbol}`}</span>
          ))}
          {all.lasts === null ? null : (
            <span className="text-sm text-ink-2">
              for {all.lasts > 1_000_000 ? 'over a million settlements' : countText(all.lasts, 'settlement')}; alert
              below {FEW_SETTLEMENTS}
            </span>
          )}
        </span>
      );
    },
  },
  {
    key: 'act',
    header: 'Act',
    cell: ({ network }) => (
      <Link to="/operator/chains" className="button px-3 text-sm">
        Open<span className="sr-only">: {network}</span>
      </Link>
    ),
  },
];
