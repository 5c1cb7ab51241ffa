// Names of exported files: the store and the days are in them, and every file system takes them.
import { describe, expect, test } from 'vitest';
import { csvFileName, exportFileName } from '#domain/csv-file-name.ts';

const STORE = { id: 'sto_0123456789abcdef', name: 'Nordlicht', isTest: false };
const days = (from: string | null, to: string | null) => ({ from, to, today: '2026-11-30' });

describe('an export', () => {
  test.each([
    ['2026-11-01', '2026-11-15', '2026-11-01_2026-11-15'],
    ['2026-11-30', '2026-11-30', '2026-11-30_2026-11-30'],
    ['2026-11-01', null, '2026-11-01_2026-11-30'],
    [null, '2026-11-15', 'first_2026-11-15'],
    [null, null, 'first_2026-11-30'],
  ])('of %s to %s has these days', (from, to, shown) => {
    expect(exportFileName('orders', STORE, days(from, to))).toBe(`orders_nordlicht_${shown}.csv`);
    expect(exportFileName('transfers', STORE, days(from, to))).toBe(`transfers_nordlicht_${shown}.csv`);
  });

  test.each([
    ['Café Süd & Söhne', 'cafe-sud-sohne'],
    ['  ../../etc/passwd  ', 'etc-passwd'],
    ['A"b;c\r\nd', 'a-b-c-d'],
    ['x'.repeat(100), 'x'.repeat(40)],
    // Without Latin letters: the end of the id.
    ['日本茶', '89abcdef'],
    ['🦊', '89abcdef'],
    ['', '89abcdef'],
  ])('of the store %j is named %s', (name, word) => {
    const file = exportFileName('orders', { ...STORE, name }, days('2026-11-01', '2026-11-02'));
    expect(file).toBe(`orders_${word}_2026-11-01_2026-11-02.csv`);
    expect(file).toMatch(/^[\w.-]+$/);
  });

  test('of a test store says so', () => {
    expect(exportFileName('orders', { ...STORE, isTest: true }, days(null, null))).toBe(
      'test-orders_nordlicht_first_2026-11-30.csv',
    );
  });
});

test('a file of one day, month or report', () => {
  expect(csvFileName('orders', { isTest: false }, '2026-11')).toBe('orders-2026-11.csv');
  expect(csvFileName('transfers', { isTest: true })).toBe('test-transfers.csv');
});
