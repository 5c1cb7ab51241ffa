// What a check gets, and how it tells what is wrong.
import type { TrueOrder, TrueTransfer } from '../world/truth.ts';
import { transfersOf } from '../world/truth.ts';
import type { World } from '../world/world.ts';
import { type BookingRow, type IntentRow, readSnapshot, type Snapshot, type TransferRow } from './snapshot.ts';

export interface Violation {
  /** Its number in docs/reliability.md section 1. */
  invariant: number;
  message: string;
}

/** One order: what really is, and what the database says. */
export interface OrderCase {
  order: TrueOrder;
  intent: IntentRow;
  /** What the chains have now, in chain order. */
  real: TrueTransfer[];
  /** All rows, also of removed blocks. */
  rows: TransferRow[];
  bookings: BookingRow[];
}

export interface Facts {
  world: World;
  snapshot: Snapshot;
  orders: OrderCase[];
  /** Nothing is left to do: the chains are final, and everything has been read. */
  isSettled: boolean;
}

export type Report = (invariant: number, message: string) => void;
export type Check = (facts: Facts, report: Report) => void | Promise<void>;

const byIntent = <Row extends { intent: string }>(rows: readonly Row[]): Map<string, Row[]> =>
  Map.groupBy(rows, ({ intent }) => intent);

export const readFacts = async (world: World, isSettled: boolean): Promise<Facts> => {
  const snapshot = await readSnapshot(world);
  const real = Map.groupBy(transfersOf(world.truth), ({ order }) => order.id as string);
  const rows = byIntent(snapshot.transfers);
  const bookings = byIntent(snapshot.bookings);
  const intents = new Map(snapshot.intents.map((intent) => [intent.id, intent]));
  const orders = world.truth.orders.flatMap((order): OrderCase[] => {
    const { id } = order;
    const intent = intents.get(id);
    if (!intent) return [];
    return [{ order, intent, real: real.get(id) ?? [], rows: rows.get(id) ?? [], bookings: bookings.get(id) ?? [] }];
  });
  return { world, snapshot, orders, isSettled };
};

/** Sums by a key. */
export const sumBy = <Row>(rows: readonly Row[], key: (row: Row) => string, amount: (row: Row) => bigint) => {
  const sums = new Map<string, bigint>();
  for (const row of rows) sums.set(key(row), (sums.get(key(row)) ?? 0n) + amount(row));
  return sums;
};

/** The first difference between two tables of amounts, as text; undefined when they are equal. Zeros count as absent. */
export const differenceOf = (
  one: ReadonlyMap<string, bigint>,
  other: ReadonlyMap<string, bigint>,
): string | undefined => {
  for (const key of new Set([...one.keys(), ...other.keys()])) {
    const [a, b] = [one.get(key) ?? 0n, other.get(key) ?? 0n];
    if (a !== b) return `${key}: ${a}, not ${b}`;
  }
  return undefined;
};
