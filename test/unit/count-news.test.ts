// What the list of orders announces: what its reader has not seen, and nothing else.
import { expect, test } from 'vitest';
import { countChanges } from '#web/dashboard/orders/parts/count-changes.ts';

/** Ids begin with their second. */
const id = (second: number, rest = 'a'): string => second.toString(16).padStart(8, '0') + rest.repeat(16);
const at = 1_800_000_000;
const page = { ids: [id(at - 10), id(at - 20), id(at - 30)], isLater: false, hasOlder: true, readAt: at };

test('the first page announces what is above it and what now belongs into it, not what is below it', () => {
  expect(countChanges([id(at + 5), ...page.ids, id(at - 40)], page)).toBe(1);
  // Paid after the newer one, and of the second of another: both stand between what is shown.
  expect(countChanges([id(at - 10), id(at - 15), id(at - 20), id(at - 20, '1'), id(at - 30)], page)).toBe(2);
  expect(countChanges([], page)).toBe(0);
  expect(countChanges([id(at - 40)], { ...page, hasOlder: false })).toBe(1);
  expect(countChanges([id(at - 40)], { ...page, ids: [], hasOlder: false })).toBe(1);
});

test('a later page announces what was made since it was read, and not the pages above it', () => {
  const later = { ...page, isLater: true };
  expect(countChanges([id(at - 1), id(at - 2), ...page.ids], later)).toBe(0);
  expect(countChanges([id(at + 2), id(at + 1), id(at - 1)], later)).toBe(2);
});
