// The list of orders announces only what its reader has not seen.
import { expect, test } from 'vitest';
import { countChanges } from '#web/dashboard/orders/parts/count-changes.ts';

/** Ids begin with their second. */
const id = (second: number, rest = 'a'): string => second.toString(16).padStart(8, '0') + rest.repeat(16);
const at = 1_800_000_000;
const page = { ids: [id(at - 10), id(at - 20), id(at - 30)], isLater: false, hasOlder: true, readAt: at };

test('the first page announces orders above it and orders that now belong on it, not those below it', () => {
  expect(countChanges([id(at + 5), ...page.ids, id(at - 40)], page)).toBe(1);
  // One was paid after the newer one, the other shares its second: both belong between the rows shown.
  expect(countChanges([id(at - 10), id(at - 15), id(at - 20), id(at - 20, '1'), id(at - 30)], page)).toBe(2);
  expect(countChanges([], page)).toBe(0);
  expect(countChanges([id(at - 40)], { ...page, hasOlder: false })).toBe(1);
  expect(countChanges([id(at - 40)], { ...page, ids: [], hasOlder: false })).toBe(1);
});

test('a later page announces orders created since it was read, and not the pages above it', () => {
  const later = { ...page, isLater: true };
  expect(countChanges([id(at - 1), id(at - 2), ...page.ids], later)).toBe(0);
  expect(countChanges([id(at + 2), id(at + 1), id(at - 1)], later)).toBe(2);
});
