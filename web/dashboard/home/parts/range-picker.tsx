// The days of the home page: links for the usual ranges, and a form for other days. Works without JavaScript, and is in the URL.
import { Form } from '@remix-run/react';
import { Button } from '#web/ui/button.tsx';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { Tabs } from '#web/ui/tabs.tsx';
import type { HomeRangeName, HomeView } from '../server/home-types.ts';

const RANGES: readonly { name: HomeRangeName; label: string }[] = [
  { name: 'today', label: 'Today' },
  { name: '7', label: '7 days' },
  { name: '30', label: '30 days' },
  { name: '90', label: '90 days' },
  { name: 'month', label: 'This month' },
  { name: 'own', label: 'Other days' },
];

export function RangePicker({ range, base }: { range: HomeView['range']; base: string }) {
  return (
    <div className="grid gap-3">
      <Tabs
        label="Days"
        tabs={RANGES.map(({ name, label }) => ({
          to:
            name === '30' ? base : `${base}?range=${name}${name === 'own' ? `&from=${range.from}&to=${range.to}` : ''}`,
          label,
          current: name === range.name,
        }))}
      />
      {range.name === 'own' ? (
        <Form method="get" className="flex flex-wrap items-end gap-3" key={`${range.from} ${range.to}`}>
          <input type="hidden" name="range" value="own" />
          <Field label="From" name="from" type="date" required defaultValue={range.from} />
          <Field label="Until" name="to" type="date" required defaultValue={range.to} />
          <Button type="submit">Show</Button>
        </Form>
      ) : null}
      {range.problem ? <Notice tone="bad">{range.problem} These are the last 30 days.</Notice> : null}
    </div>
  );
}
