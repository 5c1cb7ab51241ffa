// The search box and the filters above the list: one GET form, so it works without JavaScript and its URL can be shared. Filters are
// collapsed until one is in use.
import { Form, Link } from '@remix-run/react';
import { type RefObject, useEffect, useRef } from 'react';
import type { IntentStatusName } from '#domain/status.ts';
import { Button, LinkButton } from '#web/ui/button.tsx';
import { countText } from '#web/ui/count-text.ts';
import { Checkbox, Field, FieldSet, INPUT } from '#web/ui/field.tsx';
import { Select } from '#web/ui/select.tsx';
import { INTENT_LABELS } from '#web/ui/status-labels.ts';
import { Summary } from '#web/ui/summary.tsx';
import type { Choice, OrdersView } from '../server/orders-types.ts';
import { ORDER_COLUMNS, type OrderColumn } from './order-columns.ts';

const any = { value: '', label: 'Any' };

const withLabel = ({ value, label }: Choice): Choice => ({
  value,
  label: INTENT_LABELS[value as IntentStatusName]?.message ?? label,
});

const COLUMN_LABELS: Record<OrderColumn, string> = {
  time: 'Time',
  status: 'Status',
  amount: 'Amount',
  paid: 'Paid in',
  description: 'Description',
};

interface OrderFiltersProps {
  view: OrdersView;
  clearTo: string;
  timeZone: string;
  /** The list's URL with other parameters. */
  urlOf: (changes: Record<string, string | null>) => string;
}

export function OrderFilters({ view, clearTo, timeZone, urlOf }: OrderFiltersProps) {
  const { typed, problems, choices } = view;
  const search = useRef<HTMLInputElement>(null);
  useSlashKey(search);
  const isPreset = view.presets.some(({ from, to }) => typed.from === from && typed.to === to);
  // Days of a preset are marked above: on a phone, the open filters would push the list out of sight.
  const days = isPreset ? [] : (['from', 'to'] as const);
  const inUse = [...(['status', 'network', 'coin', 'method', 'source', 'min', 'max'] as const), ...days].some(
    (field) => typed[field] || problems[field],
  );
  const hidden = ORDER_COLUMNS.length - view.columns.length;
  return (
    // The key resets the fields when the URL changes, as after "Clear" or back.
    <Form method="get" key={JSON.stringify(typed)} className="grid gap-3" aria-label="Find orders">
      {view.tab === 'all' ? null : <input type="hidden" name="tab" value={view.tab} />}
      {view.sort === 'newest' ? null : <input type="hidden" name="sort" value={view.sort} />}
      <div className="flex flex-wrap items-start gap-2">
        <div className="min-w-0 flex-1 basis-72">
          <label htmlFor="order-search" className="sr-only">
            Search orders
          </label>
          <input
            ref={search}
            id="order-search"
            type="search"
            name="q"
            defaultValue={typed.q}
            placeholder="Any part of an order id, description, name or e-mail; a transaction or address"
            className={INPUT}
            aria-invalid={problems.q ? true : undefined}
            aria-describedby={problems.q ? 'order-search-problem' : undefined}
            aria-keyshortcuts="/"
          />
          {problems.q ? (
            <p id="order-search-problem" className="mt-1 text-sm font-semibold text-bad">
              {problems.q}
            </p>
          ) : null}
        </div>
        <Button type="submit" tone="primary">
          Search
        </Button>
        {view.isFiltered ? <LinkButton to={clearTo}>Clear</LinkButton> : null}
      </div>
      <ul className="flex flex-wrap gap-x-4 text-sm" aria-label="Created">
        {view.presets.map(({ label, from, to }) => {
          const current = typed.from === from && typed.to === to;
          return (
            <li key={label}>
              <Link
                to={urlOf(current ? { from: null, to: null } : { from, to })}
                aria-current={current || undefined}
                className={`inline-flex min-h-11 items-center ${current ? 'font-semibold text-ink underline' : 'link'}`}
              >
                {label}
              </Link>
            </li>
          );
        })}
      </ul>
      <details open={inUse} className="card px-3">
        <Summary>
          Filters and columns
          {hidden > 0 ? <span className="font-normal text-ink-2">{countText(hidden, 'column')} hidden</span> : null}
        </Summary>
        <div className="mt-1 grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
          <Select
            label="Status"
            name="status"
            options={[any, ...choices.status.map(withLabel)]}
            defaultValue={typed.status}
            error={problems.status}
          />
          <Select
            label="Paid on"
            name="network"
            options={[any, ...choices.network]}
            defaultValue={typed.network}
            error={problems.network}
          />
          <Select
            label="Paid in"
            name="coin"
            options={[any, ...choices.coin]}
            defaultValue={typed.coin}
            error={problems.coin}
          />
          <Select
            label="Payment method"
            name="method"
            options={[any, ...choices.method]}
            defaultValue={typed.method}
            error={problems.method}
          />
          <Select
            label="Made by"
            name="source"
            options={[any, ...choices.source]}
            defaultValue={typed.source}
            error={problems.source}
          />
          <Field
            label="Price from"
            name="min"
            inputMode="decimal"
            defaultValue={typed.min}
            error={problems.min}
            hint="In coin"
          />
          <Field label="Price up to" name="max" inputMode="decimal" defaultValue={typed.max} error={problems.max} />
          <Field
            label="Created from"
            name="from"
            type="date"
            defaultValue={typed.from}
            error={problems.from}
            hint={`Days in ${timeZone}`}
          />
          <Field label="Created until" name="to" type="date" defaultValue={typed.to} error={problems.to} />
        </div>
        <div className="mt-3">
          <FieldSet legend="Hide these columns">
            <div className="flex flex-wrap gap-x-5">
              {ORDER_COLUMNS.map((column) => (
                <Checkbox
                  key={column}
                  name="hide"
                  value={column}
                  label={COLUMN_LABELS[column]}
                  defaultChecked={!view.columns.includes(column)}
                />
              ))}
            </div>
          </FieldSet>
        </div>
        <div className="my-3">
          <Button type="submit">Apply filters</Button>
        </div>
      </details>
    </Form>
  );
}

/** `/` focuses the search, unless a field has the focus. */
const useSlashKey = (input: RefObject<HTMLInputElement>): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement | null;
      if (target?.closest('input, textarea, select, [contenteditable], dialog')) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [input]);
};
