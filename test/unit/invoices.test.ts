// Invoices and payment links, the pure rules: exact sums, reminders once each, names and texts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dueReminder,
  heldReminder,
  invoiceNumber,
  invoiceOrderDescription,
  invoiceTotal,
  isOverdue,
  nextReminder,
  type ReminderPlan,
  remindersOf,
} from '#domain/invoices.ts';
import { addDays, type Day } from '#domain/local-days.ts';
import { centsOf } from '#domain/money.ts';
import { languagesOf, leftOf, linkAmount, linkState, linkText, makeSlug, slugProblem } from '#domain/payment-links.ts';
import { isShownText } from '#domain/text.ts';

const day = (text: string): Day => text as Day;

describe('the sum of an invoice', () => {
  const line = fc.record({
    quantity: fc.integer({ min: 1, max: 100_000 }),
    unitCents: fc.bigInt({ min: 0n, max: 10n ** 13n }),
  });

  test('is exact, by school arithmetic on decimal digits', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 50 }), (lines) => {
        const total = invoiceTotal(
          lines.map(({ quantity, unitCents }) => ({ quantity, unitCents: centsOf(unitCents) })),
        );
        // Independent of bigint multiplication: each line is added quantity times by doubling.
        let expected = 0n;
        for (const { quantity, unitCents } of lines) {
          let [power, rest] = [unitCents, quantity];
          while (rest > 0) {
            if (rest % 2 === 1) expected += power;
            power += power;
            rest = Math.floor(rest / 2);
          }
        }
        expect(total).toBe(expected);
      }),
    );
  });

  test('does not depend on the order of the lines', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const typed = lines.map(({ quantity, unitCents }) => ({ quantity, unitCents: centsOf(unitCents) }));
        expect(invoiceTotal([...typed].reverse())).toBe(invoiceTotal(typed));
      }),
    );
  });
});

test('numbers have four digits, and more when they need them', () => {
  expect(invoiceNumber('INV-', 7)).toBe('INV-0007');
  expect(invoiceNumber('R', 12_345)).toBe('R12345');
});

test('an open invoice is overdue when its due day is over where the store is', () => {
  const open = { status: 'open' as const, dueDay: day('2026-11-22') };
  expect(isOverdue(open, new Date('2026-11-22T22:59:00Z'), 'Europe/Berlin')).toBe(false);
  expect(isOverdue(open, new Date('2026-11-22T23:00:00Z'), 'Europe/Berlin')).toBe(true);
  expect(isOverdue(open, new Date('2026-11-22T23:00:00Z'), 'America/New_York')).toBe(false);
  expect(isOverdue({ ...open, status: 'paid' }, new Date('2027-01-01T00:00:00Z'), 'UTC')).toBe(false);
});

describe('reminders', () => {
  const plan: ReminderPlan = {
    dueDay: day('2026-11-22'),
    remindBeforeDays: 3,
    remindOnDueDay: true,
    remindAfterDays: 7,
  };

  test('are at nine in the morning of the store', () => {
    expect(remindersOf(plan, 'Asia/Tokyo').map(({ kind, at }) => [kind, at.toISOString()])).toEqual([
      ['before', '2026-11-19T00:00:00.000Z'],
      ['due', '2026-11-22T00:00:00.000Z'],
      ['after', '2026-11-29T00:00:00.000Z'],
    ]);
  });

  test('are each sent once by timers, whatever the pauses between the passes, and the last also when it was held', () => {
    const zone = 'America/New_York';
    const pass = fc.record({ minutes: fc.integer({ min: 1, max: 20 * 24 * 60 }), isHeld: fc.boolean() });
    fc.assert(
      fc.property(fc.array(pass, { minLength: 1, maxLength: 60 }), (passes) => {
        const issued = new Date('2026-11-15T12:00:00Z');
        let now = issued;
        let timer = nextReminder(plan, zone, now);
        const sent: string[] = [];
        for (const { minutes, isHeld } of [...passes, { minutes: 2 * 24 * 60, isHeld: false }]) {
          now = new Date(now.getTime() + minutes * 60_000);
          if (timer === null || timer.getTime() > now.getTime()) continue;
          const kind = dueReminder(plan, zone, issued, now);
          timer = kind && isHeld ? heldReminder(zone, now) : nextReminder(plan, zone, now);
          if (kind && !isHeld) sent.push(kind);
        }
        expect(new Set(sent).size).toBe(sent.length);
        const due = remindersOf(plan, zone).filter(({ at }) => at.getTime() <= now.getTime());
        // The last that is due was sent, unless nothing was due.
        expect(sent.at(-1)).toBe(due.at(-1)?.kind);
      }),
    );
  });

  test('that are held are due again at nine in the morning of the next day, also where clocks change', () => {
    expect(heldReminder('Europe/Berlin', new Date('2027-03-27T08:00:00Z')).toISOString()).toBe(
      '2027-03-28T07:00:00.000Z',
    );
    expect(heldReminder('Asia/Tokyo', new Date('2026-12-06T23:30:00Z')).toISOString()).toBe('2026-12-08T00:00:00.000Z');
  });

  test('that were due before the invoice was issued are not sent', () => {
    const issued = new Date('2026-11-21T12:00:00Z');
    expect(nextReminder(plan, 'UTC', issued)?.toISOString()).toBe('2026-11-22T09:00:00.000Z');
    // A timer that fires early: its store has moved to a zone further west.
    expect(dueReminder(plan, 'America/New_York', issued, new Date('2026-11-22T09:00:00Z'))).toBeNull();
    expect(nextReminder(plan, 'UTC', new Date('2026-12-24T00:00:00Z'))).toBeNull();
    const none = { ...plan, remindBeforeDays: null, remindOnDueDay: false, remindAfterDays: null };
    expect(nextReminder(none, 'UTC', issued)).toBeNull();
  });
});

describe('a payment link', () => {
  test('has an unguessable name that is a valid one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (random) => {
        const slug = makeSlug(random);
        expect(slug).toMatch(/^[a-z2-9]{16}$/);
        expect(slugProblem(slug)).toBeUndefined();
      }),
    );
    const [one, other] = [makeSlug(new Uint8Array(10)), makeSlug(new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]))];
    expect(one).not.toBe(other);
  });

  test.each(['', 'ab', 'a'.repeat(61), 'Blue', 'blue mug', '-blue', 'blue-', 'blaú', 'a/b', 'a.b', '..', 'a%2fb'])(
    'rejects the name “%s”',
    (text) => expect(slugProblem(text)).toBeDefined(),
  );

  test('shows a language, field by field, else its own', () => {
    const texts = {
      en: { title: 'Mug', description: 'Blue' },
      es: { title: 'Taza', description: '' },
      ja: { title: ' ', description: '青' },
    };
    expect(linkText(texts, 'en', 'es')).toEqual({ title: 'Taza', description: 'Blue' });
    expect(linkText(texts, 'en', 'ja')).toEqual({ title: 'Mug', description: '青' });
    expect(linkText(texts, 'en', 'zh-CN')).toEqual({ title: 'Mug', description: 'Blue' });
    expect(languagesOf(texts)).toEqual(['en', 'es']);
  });

  test('is open, paused, expired or sold out', () => {
    const link = { status: 'active' as const, expiresAt: new Date(2_000), stock: 3, reserved: 1, sold: 1 };
    expect(linkState(link, new Date(1_999))).toBe('open');
    expect(linkState(link, new Date(2_000))).toBe('expired');
    expect(linkState({ ...link, sold: 5 }, new Date(0))).toBe('sold_out');
    expect(leftOf({ ...link, sold: 5 })).toBe(0);
    expect(linkState({ ...link, status: 'paused' }, new Date(0))).toBe('paused');
    expect(leftOf({ ...link, stock: null })).toBeNull();
  });

  test('costs its price times the quantity, or what the shopper names within the bounds', () => {
    const fixed = { amountCents: centsOf(250), minCents: null, maxCents: null };
    expect(linkAmount(fixed, 3, centsOf(1))).toEqual({ cents: 750n });
    const open = { amountCents: null, minCents: centsOf(100), maxCents: centsOf(500) };
    expect(linkAmount(open, 1, undefined)).toEqual({ problem: 'amount_missing' });
    expect(linkAmount(open, 1, centsOf(99))).toEqual({ problem: 'amount_too_small' });
    expect(linkAmount(open, 1, centsOf(501))).toEqual({ problem: 'amount_too_large' });
    expect(linkAmount(open, 2, centsOf(500))).toEqual({ cents: 1000n });
  });
});

test('days are added over a change of the clocks', () => {
  expect(addDays(day('2026-10-24'), 2)).toBe('2026-10-26');
});

test('an emoji where the order description is cut stays whole: the API accepts the order', () => {
  const text = invoiceOrderDescription([{ description: 'a'.repeat(499) }, { description: '' }]);
  expect(text).toBe(`${'a'.repeat(499)},`);
  for (const length of [497, 498, 499, 500]) {
    const cut = invoiceOrderDescription([{ description: `${'a'.repeat(length)}😀😀😀` }]);
    expect([length, isShownText(cut), [...cut].length]).toEqual([length, true, 500]);
  }
});
