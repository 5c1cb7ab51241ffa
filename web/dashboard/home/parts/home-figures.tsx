// The figures at the top of the home page, each with its change against the previous period.
import { ArrowDown, ArrowUp, Minus } from 'lucide-react';
import { daysText } from '#web/ui/days.ts';
import { Money } from '#web/ui/money.tsx';
import { percentText } from '#web/ui/percent.ts';
import type { HomeView } from '../server/home-types.ts';

export function HomeFigures({ view }: { view: HomeView }) {
  const { current, change, before, unit } = view;
  const figures = [
    { name: 'Gross', of: 'before fees and refunds', amount: current.gross, change: change.gross },
    { name: 'Fees', of: null, amount: current.fee, change: change.fee },
    { name: 'Net', of: 'after fees, before refunds', amount: current.net, change: change.net },
    { name: 'Refunded', of: 'confirmed in these days', amount: current.refunded, change: null },
    { name: 'Net after refunds', of: 'net less refunded', amount: current.netAfterRefunds, change: null },
    { name: 'Orders', of: null, amount: null, change: change.orders },
  ];
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4" data-testid="home-figures">
      {figures.map(({ name, of, amount, change: percent }) => (
        <div key={name} className="card grid content-start gap-1 p-4">
          <dt className="text-sm text-ink-2">{name}</dt>
          <dd className="grid gap-1">
            {/* The unit has a line of its own, so that the cards look alike whatever fits beside their figures. */}
            <span className="text-xl font-semibold tabular-nums">
              {amount === null ? current.orders.toLocaleString('en-US') : <Money amount={amount} places={2} />}
            </span>{' '}
            {amount === null ? null : <span className="text-sm whitespace-nowrap text-ink-2">{unit}</span>}
            {of ? <span className="text-xs text-ink-2">{of}</span> : null}
            {percent === null ? null : <Change percent={percent} before={before} />}
          </dd>
        </div>
      ))}
      <div className="card col-span-2 grid content-start gap-1 p-4">
        <dt className="text-sm text-ink-2">Success rate</dt>
        <dd className="grid gap-1">
          <span className="text-xl font-semibold tabular-nums">
            {current.successPercent === null ? '–' : percentText(current.successPercent)}
          </span>
          <span className="text-xs text-ink-2">
            {current.paid.toLocaleString('en-US')} paid, of the orders that ended
          </span>
        </dd>
      </div>
    </dl>
  );
}

function Change({ percent, before }: { percent: number; before: HomeView['before'] }) {
  const Icon = percent > 0 ? ArrowUp : percent < 0 ? ArrowDown : Minus;
  return (
    <span className="flex gap-1 text-xs text-ink-2">
      <Icon size={12} aria-hidden className="mt-0.5 flex-none" />
      <span>
        {`${percent > 0 ? '+' : ''}${percentText(percent)} against `}
        <span className="whitespace-nowrap">{daysText(before)}</span>
      </span>
    </span>
  );
}
