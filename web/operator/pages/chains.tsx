// State of the chains: the watcher's cursor, providers, the relayer and its gas, and the outbox between Postgres and Temporal.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { durationText } from '#domain/duration.ts';
import { requireOperator } from '#web/access/require-member.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { groupDigits } from '#web/ui/money.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { BooksCard } from '../parts/books-card.tsx';
import { ChainCard } from '../parts/chain-card.tsx';

/** Entries this old mean that dispatchers or Temporal are down. */
const BACKLOG_SECONDS = 60;

export const loader = async (args: LoaderFunctionArgs) => {
  const { session } = await requireOperator(args);
  await args.context.spendChainRead(session.userId);
  return await args.context.operator.chains();
};

export default function Chains() {
  const { chains, dispatch, books, temporal } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader
        title="Chains"
        lead="The state when this page was loaded. Reload it for the current state."
        actions={
          temporal ? (
            <a className="button px-3 text-sm" href={temporal.url} rel="noreferrer">
              Temporal
            </a>
          ) : null
        }
      />
      <Card title="Outbox" lead="Entries in Postgres that wait to reach Temporal: starts, signals, webhooks, e-mails.">
        <p className="flex flex-wrap items-center gap-3 text-sm">
          <Badge tone={dispatch.oldestSeconds > BACKLOG_SECONDS ? 'warn' : 'ok'}>
            {dispatch.pending === 0 ? 'Empty' : `${groupDigits(String(dispatch.pending))} waiting`}
          </Badge>
          {dispatch.pending > 0 ? `the oldest for ${durationText(dispatch.oldestSeconds)}` : null}
        </p>
      </Card>
      {temporal ? (
        <Card title="Orders in Temporal" lead="Each order is one workflow, from its checkout to its last webhook.">
          <ul className="flex flex-wrap gap-2">
            {temporal.searches.map(({ name, url }) => (
              <li key={name}>
                <a className="button px-3 text-sm" href={url} rel="noreferrer">
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </Card>
      ) : null}
      <BooksCard books={books} />
      {chains.length === 0 ? (
        <Card>
          <EmptyState title="No chain is enabled">A chain is enabled by configuring its RPC URLs.</EmptyState>
        </Card>
      ) : null}
      {chains.map((chain) => (
        <ChainCard key={chain.chainId} chain={chain} />
      ))}
    </>
  );
}
