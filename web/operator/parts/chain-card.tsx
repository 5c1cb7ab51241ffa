// One chain: its watcher, relayer and providers.

import { Link } from '@remix-run/react';
import { durationText } from '#domain/duration.ts';
import { FEW_SETTLEMENTS } from '#domain/operator-alerts.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { countText } from '#web/ui/count-text.ts';
import { DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { groupDigits } from '#web/ui/money.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { TestMark } from '#web/ui/store-name.tsx';
import type { ChainView, RelayerView } from '../server/operator-types.ts';
import { behindText, type Health, STUCK_SECONDS, together, watcherHealth } from './chain-health.ts';
import { ChainTokens } from './chain-tokens.tsx';
import { ExternalLink, ShortHex, shortHex } from './console-parts.tsx';

/** The rest is a number. */
const SHOWN_STORES = 20;

const healthOf = ({ watcher, providers }: ChainView): Health => {
  const health = watcherHealth(watcher);
  const isSilent = watcher !== null && health.tone !== 'bad' && providers.every(({ ok }) => !ok);
  return isSilent ? { tone: 'bad', label: 'No provider responds' } : health;
};

export function ChainCard({ chain }: { chain: ChainView }) {
  const { watcher, providers, relayers, storesWithout } = chain;
  const health = healthOf(chain);
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          {chain.network}
          {chain.isTest ? <TestMark /> : null}
          <span className="font-normal text-ink-2">chain {chain.chainId}</span>
          <Badge tone={health.tone}>{health.label}</Badge>
        </span>
      }
      actions={<ExternalLink to={chain.temporalUrl}>{chain.temporalUrl ? 'Watcher in Temporal' : null}</ExternalLink>}
    >
      <div className="grid gap-5">
        {watcher?.trouble ? (
          <Notice tone="bad" title="The watcher reports">
            {watcher.trouble}
          </Notice>
        ) : null}
        {relayers.map(({ address, trouble }) =>
          trouble ? (
            <Notice
              key={address}
              tone="warn"
              title={
                relayers.length > 1 ? `The relayer with the key ${shortHex(address)} reports` : 'The relayer reports'
              }
            >
              {trouble}
            </Notice>
          ) : null,
        )}
        {storesWithout.length > 0 ? (
          <Notice
            tone="warn"
            title={`${storesWithout.length === 1 ? 'A store accepts' : `${storesWithout.length} stores accept`} this network and cannot offer it`}
          >
            <ul className="grid gap-1">
              {storesWithout.slice(0, SHOWN_STORES).map(({ storeId, name, merchantId, problem }) => (
                <li key={storeId} className="wrap-anywhere">
                  <Link className="link" to={`/operator/merchants/${merchantId}`}>
                    {name}
                  </Link>
                  : {problem}
                </li>
              ))}
            </ul>
          </Notice>
        ) : null}
        <div className="grid gap-5 lg:grid-cols-2">
          <div className="grid min-w-0 content-start gap-2">
            <h3 className="text-sm font-semibold">Watcher</h3>
            {watcher ? (
              <Facts
                rows={[
                  {
                    label: 'Head seen',
                    value: `${groupDigits(watcher.head)}, ${durationText(watcher.silentSeconds)} ago`,
                  },
                  {
                    label: 'Read up to',
                    value: `${groupDigits(watcher.block)} (${readText(watcher)})`,
                  },
                  { label: 'Final, read twice', value: groupDigits(watcher.finalBlock) },
                  {
                    label: 'Held by',
                    value: watcher.leaseHeld ? watcher.leaseOwner : 'no worker',
                  },
                ]}
              />
            ) : (
              <p className="text-sm text-ink-2">No worker has started to watch this chain.</p>
            )}
          </div>
          <div className="grid min-w-0 content-start gap-4">
            <h3 className="text-sm font-semibold">
              {relayers.length > 1 ? `Relayer: ${relayers.length} keys` : 'Relayer'}
            </h3>
            <RelayersFacts relayers={relayers} />
          </div>
        </div>
        <div className="-mx-4 min-w-0 sm:-mx-5">
          <ChainTokens network={chain.network} tokens={chain.tokens} />
        </div>
        <div className="-mx-4 min-w-0 sm:-mx-5">
          <DataTable
            stacked
            caption={`Providers of ${chain.network}`}
            rows={providers}
            rowKey={({ name }) => name}
            empty={<EmptyState title="No provider is configured" />}
            columns={[
              { key: 'name', header: 'Provider', rowHeader: true, cell: ({ name }) => name },
              {
                key: 'state',
                header: 'State',
                cell: ({ ok, trouble }) => (
                  <span className="grid justify-items-start gap-1">
                    <Badge tone={ok ? 'ok' : 'bad'}>{ok ? 'Responds' : 'Trouble'}</Badge>
                    {trouble ? <span className="text-ink-2 wrap-anywhere">{trouble}</span> : null}
                  </span>
                ),
              },
              { key: 'head', header: 'Head', align: 'end', cell: ({ head }) => (head ? groupDigits(head) : '–') },
              {
                key: 'latency',
                header: 'Response time',
                align: 'end',
                cell: ({ latencyMs }) => (latencyMs === null ? '–' : `${latencyMs} ms`),
              },
            ]}
          />
        </div>
      </div>
    </Card>
  );
}

/** What is the network's as a whole, then each key. */
function RelayersFacts({ relayers }: { relayers: readonly RelayerView[] }) {
  const [first] = relayers;
  if (!first) {
    return <p className="text-sm text-ink-2">No relayer has run here. Anyone can settle; no money is lost.</p>;
  }
  const { lasts } = together(relayers);
  const waiting = (
    <Link to="/operator/settlements?state=pending" className="text-brand underline">
      {groupDigits(String(first.waiting))}
    </Link>
  );
  return (
    <>
      <Facts
        rows={[
          { label: 'Waiting to settle', value: waiting },
          ...(relayers.length > 1 && lasts !== null
            ? [{ label: 'Gas of all keys', value: `for about ${settlementsText(lasts)}` }]
            : []),
        ]}
      />
      {relayers.map((relayer) => (
        <div key={relayer.address} className={relayers.length > 1 ? 'border-t border-line pt-4' : ''}>
          <RelayerFacts relayer={relayer} />
        </div>
      ))}
    </>
  );
}

const readText = (watcher: NonNullable<ChainView['watcher']>): string => {
  const behind = behindText(watcher);
  if (behind === 'unknown') return 'the head now is unknown';
  return watcher.lagBlocks === 0 ? 'the head' : `${behind} behind, about ${durationText(watcher.lagSeconds)}`;
};

const settlementsText = (lasts: number): string =>
  lasts > 1_000_000 ? 'a million settlements' : countText(lasts, 'settlement');

function RelayerFacts({ relayer }: { relayer: RelayerView }) {
  const few = relayer.lasts !== null && relayer.lasts < FEW_SETTLEMENTS;
  const stuck = relayer.oldestSeconds !== null && relayer.oldestSeconds > STUCK_SECONDS;
  return (
    <Facts
      rows={[
        { label: 'Address', value: <ShortHex value={relayer.address} /> },
        {
          label: 'Gas',
          value: (
            <span className="flex flex-wrap items-center gap-2">
              {relayer.balance === null ? 'no provider responded' : `${groupDigits(relayer.balance)} ${relayer.symbol}`}
              {relayer.lasts === null ? null : (
                <Badge tone={few ? 'warn' : 'ok'}>about {settlementsText(relayer.lasts)}</Badge>
              )}
            </span>
          ),
        },
        {
          label: 'In flight',
          value:
            relayer.inFlight === 0 ? (
              `nothing; next nonce ${relayer.nextNonce}`
            ) : (
              <span className="flex flex-wrap items-center gap-2">
                {relayer.inFlight} from nonce {relayer.lowestNonce}, the oldest for{' '}
                {durationText(relayer.oldestSeconds ?? 0)}
                {stuck ? <Badge tone="warn">Stuck</Badge> : null}
              </span>
            ),
        },
        { label: 'Held by', value: relayer.leaseHeld ? relayer.leaseOwner : 'no worker at the moment' },
      ]}
    />
  );
}
