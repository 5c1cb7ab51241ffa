// A table with a caption for screen readers. Wide tables scroll sideways in their own frame, which the keyboard can reach, or
// become blocks of named values on phones (`stacked`). Without rows the empty state is shown.
import type { ReactNode } from 'react';

export interface Column<Row> {
  key: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** `end` for numbers. */
  align?: 'start' | 'end';
  /** Hidden on narrow screens. */
  wideOnly?: boolean;
  /** The row's name: its cell is the row's header. */
  rowHeader?: boolean;
}

interface DataTableProps<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** On phones each row is a block: its name, then one line for each column. */
  stacked?: boolean;
  /** Shown in place of a table without rows. */
  empty: ReactNode;
}

/** Explicit roles: browsers drop a table's semantics when its cells are not laid out as a table. */
const ROLES = {
  table: { role: 'table' },
  group: { role: 'rowgroup' },
  row: { role: 'row' },
  header: { role: 'rowheader' },
  cell: { role: 'cell' },
  column: { role: 'columnheader' },
} as const;

const STACKED = {
  head: 'max-md:sr-only',
  block: 'max-md:block',
  row: 'max-md:grid max-md:gap-1.5 max-md:px-4 max-md:py-3',
  header: 'max-md:order-first max-md:block max-md:p-0! max-md:text-left',
  cell: 'max-md:flex max-md:items-start max-md:justify-between max-md:gap-4 max-md:p-0! max-md:text-right',
} as const;

export function DataTable<Row>({ caption, columns, rows, rowKey, stacked = false, empty }: DataTableProps<Row>) {
  if (rows.length === 0) return empty;
  const only = (part: keyof typeof STACKED): string => (stacked ? STACKED[part] : '');
  const classOf = ({ align, wideOnly }: Column<Row>, part: 'header' | 'cell' | null): string =>
    `px-3 py-2.5 first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5 ${align === 'end' ? 'text-right' : 'text-left'} ${wideOnly ? 'hidden md:table-cell' : part ? only(part) : ''}`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    <section className="overflow-x-auto" aria-label={caption} tabIndex={0}>
      <table {...ROLES.table} className={`w-full border-collapse text-sm ${only('block')}`}>
        <caption className="sr-only">{caption}</caption>
        <thead {...ROLES.group} className={only('head')}>
          <tr {...ROLES.row} className="border-b border-line text-ink-2">
            {columns.map((column) => (
              <th
                {...ROLES.column}
                key={column.key}
                scope="col"
                className={`font-semibold whitespace-nowrap ${classOf(column, null)}`}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...ROLES.group} className={only('block')}>
          {rows.map((row) => (
            <tr
              {...ROLES.row}
              key={rowKey(row)}
              className={`border-b border-line align-top last:border-0 hover:bg-sunken ${only('row')}`}
            >
              {columns.map((column) =>
                column.rowHeader ? (
                  <th
                    {...ROLES.header}
                    key={column.key}
                    scope="row"
                    className={`font-normal ${classOf(column, 'header')}`}
                  >
                    {column.cell(row)}
                  </th>
                ) : (
                  <td {...ROLES.cell} key={column.key} className={classOf(column, 'cell')}>
                    {stacked ? <StackedValue name={column.header}>{column.cell(row)}</StackedValue> : column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Shows the column's name beside the value on phones, which have no table head. Screen readers know it already. */
function StackedValue({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <>
      <span aria-hidden className="flex-none text-ink-2 md:hidden">
        {name}
      </span>
      <div className="max-md:min-w-0 max-md:wrap-anywhere max-md:[&_.grid]:justify-items-end md:contents">
        {children}
      </div>
    </>
  );
}
