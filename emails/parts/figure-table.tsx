// A table of a report: the first column is text, the others are figures.
import { Heading } from '@react-email/components';
import type { CSSProperties, ReactElement } from 'react';
import type { Table } from '../document.ts';
import { LIGHT, PLAIN_TABLE, RULE, TABULAR, textStyle } from '../theme.ts';

export const FigureTable = ({ title, columns, rows }: Table): ReactElement => (
  <div style={{ paddingTop: '24px' }}>
    <Heading as="h2" className="ink" style={textStyle(15, LIGHT.ink, { fontWeight: 650, paddingBottom: '8px' })}>
      {title}
    </Heading>
    <table {...PLAIN_TABLE} style={{ borderCollapse: 'collapse' }}>
      <thead>
        <tr>
          {columns.map((column, index) => (
            <th
              key={column}
              className={`ink3 line ${columnClass(index, columns)}`}
              style={figureCell(index, columns, LIGHT.ink3)}
            >
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row[0] ?? ''}>
            {row.map((value, index) => (
              <td
                key={columns[index] ?? index}
                className={`ink line ${columnClass(index, columns)}`}
                style={figureCell(index, columns, LIGHT.ink)}
              >
                {value}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/** Narrow screens show two figures of five columns, gross and net: there is no room for more. */
const WIDE_ONLY: readonly number[] = [1, 3];
const columnClass = (index: number, columns: readonly string[]): string => {
  if (index === 0) return 'first';
  return columns.length > 3 && WIDE_ONLY.includes(index) ? 'narrow wide' : 'narrow';
};

const figureCell = (index: number, columns: readonly string[], color: string): CSSProperties => ({
  ...textStyle(14, color, { ...TABULAR, fontWeight: 400 }),
  borderTop: RULE,
  padding: '8px 0 8px 8px',
  verticalAlign: 'top',
  // Words of East Asian languages would break within a word, and amounts before their unit.
  ...(index === 0
    ? { paddingLeft: '0', textAlign: 'left' }
    : { textAlign: 'right', whiteSpace: columns.length > 3 ? 'normal' : 'nowrap' }),
});
