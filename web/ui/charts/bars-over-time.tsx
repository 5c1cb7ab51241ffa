// Amounts over time as bars, with the previous period as a dashed line: they differ by shape, not only by colour. Loaded after
// hydration (lazy-chart.tsx), because the library is large.
import { Bar, CartesianGrid, ComposedChart, Line, Tooltip, XAxis, YAxis } from 'recharts';
import { axisTicks, ChartFrame, shortAmount, TOOLTIP_LOOK } from './chart-frame.tsx';

export interface TimeBar {
  /** In the tooltip. */
  label: string;
  /** Below the axis: short, and different for each bar. */
  tick: string;
  /** A decimal string. Null when this period has no such hour or day. */
  amount: string | null;
  before: string | null;
}

interface BarsOverTimeProps {
  bars: readonly TimeBar[];
  /** What the bars are: `Gross`. */
  name: string;
  /** What the line is; absent for no line. */
  beforeName?: string;
}

/** Matches the `min-h-60` of the placeholder. */
const HEIGHT = 240;
const LINE = { dataKey: 'before', dot: false, isAnimationActive: false } as const;
const toAmount = (value: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 4 });
const numberOf = (amount: string | null): number | null => (amount === null ? null : Number(amount));

export default function BarsOverTime({ bars, name, beforeName }: BarsOverTimeProps) {
  const rows = bars.map(({ label, tick, amount, before }) => ({
    label,
    tick,
    amount: numberOf(amount),
    before: numberOf(before),
  }));
  const ticks = axisTicks(Math.max(0, ...rows.flatMap(({ amount, before }) => [amount ?? 0, before ?? 0])));
  const labels = new Map(bars.map(({ tick, label }) => [tick, label]));
  return (
    <ChartFrame height={HEIGHT}>
      {(size) => (
        <ComposedChart
          {...size}
          data={rows}
          margin={{ left: 0, right: 4, top: 4, bottom: 0 }}
          accessibilityLayer={false}
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="tick" stroke="var(--ink-3)" tickLine={false} minTickGap={24} />
          <YAxis
            stroke="var(--ink-3)"
            tickLine={false}
            axisLine={false}
            width={52}
            ticks={ticks}
            domain={[0, ticks.at(-1) ?? 0]}
            tickFormatter={shortAmount}
          />
          <Tooltip
            {...TOOLTIP_LOOK}
            labelFormatter={(tick) => labels.get(String(tick)) ?? tick}
            formatter={(value, key) => [toAmount(Number(value)), key === 'before' ? (beforeName ?? '') : name]}
          />
          <Bar dataKey="amount" fill="var(--brand)" radius={[3, 3, 0, 0]} isAnimationActive={false} />
          {beforeName === undefined ? null : (
            <>
              {/* An outline that separates the dashes from the bars behind them. */}
              <Line {...LINE} stroke="var(--surface)" strokeWidth={4} tooltipType="none" activeDot={false} />
              <Line {...LINE} stroke="var(--ink)" strokeWidth={1.5} strokeDasharray="5 3" activeDot={{ r: 3 }} />
            </>
          )}
        </ComposedChart>
      )}
    </ChartFrame>
  );
}
