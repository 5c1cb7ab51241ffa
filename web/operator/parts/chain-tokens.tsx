// The tokens of a chain as their contracts describe themselves.
import { Badge } from '#web/ui/badge.tsx';
import { DataTable } from '#web/ui/data-table.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import type { ChainView } from '../server/operator-types.ts';
import { CONSOLE_ZONE, ShortHex } from './console-parts.tsx';

export function ChainTokens({ network, tokens }: Pick<ChainView, 'network' | 'tokens'>) {
  return (
    <DataTable
      stacked
      caption={`Tokens of ${network}`}
      rows={tokens}
      rowKey={({ address }) => address}
      empty={null}
      columns={[
        { key: 'name', header: 'Token', rowHeader: true, cell: ({ name }) => name },
        { key: 'contract', header: 'Contract', cell: ({ address }) => <ShortHex value={address} /> },
        {
          key: 'state',
          header: 'State',
          cell: ({ trouble, held, checkedAt }) => (
            <span className="grid justify-items-start gap-1">
              <Badge tone={trouble ? 'bad' : checkedAt ? 'ok' : 'plain'}>
                {trouble ? 'Not credited' : checkedAt ? 'Credited' : 'Not checked yet'}
              </Badge>
              {trouble ? <span className="text-ink-2 wrap-anywhere">{trouble}</span> : null}
              {held > 0 ? <span className="text-ink-2">{held} transfers are held</span> : null}
            </span>
          ),
        },
        {
          key: 'contractSays',
          header: 'Symbol, decimals',
          cell: ({ symbol, decimals }) =>
            symbol === null && decimals === null ? '–' : `${symbol ?? '–'}, ${decimals ?? '–'}`,
        },
        {
          key: 'checked',
          header: 'Checked',
          cell: ({ checkedAt }) => (checkedAt ? <LocalTime iso={checkedAt} timeZone={CONSOLE_ZONE} /> : '–'),
        },
      ]}
    />
  );
}
