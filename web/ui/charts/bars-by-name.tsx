// Horizontal bars for a few named figures (coins, states), in the caller's order, each with its figure at the end.
import { Bar, BarChart, LabelList, XAxis, YAxis } from 'recharts';
import { ChartFrame } from './chart-frame.tsx';

export interface NamedBar {
  name: string;
  /** The length of the bar. */
  value: number;
  /** The figure at its end. */
  figure: string;
}

/** Matches the `min-h-10` of the placeholder. */
const BAR = 40;
/** Below this width the names have no room beside the bars. */
const NAMES_WIDTH = 116;

export default function BarsByName({ bars }: { bars: readonly NamedBar[] }) {
  return (
    <ChartFrame height={bars.length * BAR}>
      {(size) => (
        <BarChart
          {...size}
          layout="vertical"
          data={[...bars]}
          margin={{ left: 0, right: 68, top: 0, bottom: 0 }}
          accessibilityLayer={false}
        >
          <XAxis type="number" hide domain={[0, 'dataMax']} />
          <YAxis
            type="category"
            dataKey="name"
            width={NAMES_WIDTH}
            interval={0}
            stroke="var(--ink-2)"
            tickLine={false}
            axisLine={false}
          />
          <Bar
            dataKey="value"
            fill="var(--brand)"
            radius={[0, 3, 3, 0]}
            barSize={18}
            minPointSize={2}
            isAnimationActive={false}
          >
            <LabelList dataKey="figure" position="right" fill="var(--ink-2)" />
          </Bar>
        </BarChart>
      )}
    </ChartFrame>
  );
}
