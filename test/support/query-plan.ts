// What Postgres does for a statement, as it ran.
import type pg from 'pg';

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

export interface TableScan {
  table: string;
  /** By Postgres' name, such as `Index Scan` or `Seq Scan`. */
  type: string;
  /** Rows that it read, with those that its filter removed. */
  rows: number;
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** Runs the statement. A part of its plan that never ran read nothing, and is left out: which one stands there depends on a sample. */
export const tableScans = async (
  client: pg.Client,
  { text, values }: { text: string; values: unknown[] },
): Promise<TableScan[]> => {
  const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
    `explain (analyze, timing off, format json) ${text}`,
    values,
  );
  return rows
    .flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)))
    .flatMap((node) =>
      node['Relation Name'] !== undefined && node['Actual Loops'] > 0
        ? {
            table: node['Relation Name'],
            type: node['Node Type'],
            rows: (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
          }
        : [],
    );
};
