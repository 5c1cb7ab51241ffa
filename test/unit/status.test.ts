// Every pair of the transition table, against a matrix written by hand.
import { describe, expect, test } from 'vitest';
import {
  canPageTransition,
  canTransition,
  INTENT_STATUSES,
  IntentStatus,
  type IntentStatusName,
  isAwaitingPayment,
  isIntentStatus,
  isTerminal,
  statusName,
} from '#domain/status.ts';

const ORDER = [
  'CREATED',
  'PAYING',
  'TEMP_WALLET_RECEIVED',
  'ON_CHAIN',
  'CONFIRMED',
  'PENDING_MANUAL_OPERATION',
  'SEND_BACK',
  'TIMEOUT',
  'CANCELED',
  'UNDERPAID',
  'REJECTED',
  'FAILED',
] as const satisfies readonly IntentStatusName[];

// Rows from, columns to, both in ORDER.      C P T O ✓ M S T C U R F
const MATRIX: Record<IntentStatusName, string> = {
  CREATED: /*                              */ '. x x x x x . x x x x x',
  PAYING: /*                               */ '. . x x x x . x x x x x',
  TEMP_WALLET_RECEIVED: /*                 */ '. . . x x x . x x x x x',
  ON_CHAIN: /*                             */ '. . x . x x . . . . . x',
  CONFIRMED: /*                            */ '. . . . . . x . . . . .',
  PENDING_MANUAL_OPERATION: /*             */ '. . x . x . x x x x x x',
  SEND_BACK: /*                            */ '. . . . x x . x x x x x',
  TIMEOUT: /*                              */ '. . . . . x x . . . . .',
  CANCELED: /*                             */ '. . . . . x x . . . . .',
  UNDERPAID: /*                            */ '. . . . . x x . . . . .',
  REJECTED: /*                             */ '. . . . . x x . . . . .',
  FAILED: /*                               */ '. . . . . x x . . . . .',
};

const pairs = ORDER.flatMap((from) =>
  ORDER.map((to, column) => ({ from, to, allowed: MATRIX[from].split(' ')[column] === 'x' })),
);

test('the matrix names every status once and has every pair', () => {
  expect([...ORDER].sort()).toEqual(Object.keys(IntentStatus).sort());
  expect(pairs).toHaveLength(INTENT_STATUSES.length ** 2);
  for (const row of Object.values(MATRIX)) expect(row.split(' ')).toHaveLength(ORDER.length);
});

test.each(pairs)('$from → $to: $allowed', ({ from, to, allowed }) => {
  expect(canTransition(IntentStatus[from], IntentStatus[to])).toBe(allowed);
});

const PAGE_MOVES = ['CREATED PAYING', 'CREATED TEMP_WALLET_RECEIVED', 'PAYING TEMP_WALLET_RECEIVED'];
test.each(pairs)('a page may move $from → $to only where the table lets pages do so', ({ from, to }) => {
  expect(canPageTransition(IntentStatus[from], IntentStatus[to])).toBe(PAGE_MOVES.includes(`${from} ${to}`));
});

describe('statuses', () => {
  // docs/open-api.md section 9: status, name, terminal; and whether it waits for money.
  test.each([
    [-5, 'TIMEOUT', true, false],
    [-4, 'CANCELED', true, false],
    [-3, 'UNDERPAID', true, false],
    [-2, 'REJECTED', true, false],
    [-1, 'FAILED', true, false],
    [1, 'CREATED', false, true],
    [2, 'PAYING', false, true],
    [3, 'TEMP_WALLET_RECEIVED', false, true],
    [4, 'PENDING_MANUAL_OPERATION', false, false],
    [5, 'SEND_BACK', false, false],
    [10, 'ON_CHAIN', false, false],
    [20, 'CONFIRMED', true, false],
  ] as const)('%i %s', (status, name, terminal, awaiting) => {
    expect(IntentStatus[name]).toBe(status);
    expect(statusName(status)).toBe(name);
    expect(isTerminal(status)).toBe(terminal);
    expect(isAwaitingPayment(status)).toBe(awaiting);
    expect(isIntentStatus(status)).toBe(true);
  });

  test('no other number is a status', () => {
    for (const value of [0, 6, -6, 21, '1', null, undefined, 1.5]) expect(isIntentStatus(value)).toBe(false);
    expect(() => statusName(0 as never)).toThrow(RangeError);
  });
});
