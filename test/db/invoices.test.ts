// Invoices over a real Postgres: numbers without gaps, one open order, paid once, reminders once each.
import { describe, expect, test } from 'vitest';
import { countInvoices, findInvoice, findPublicInvoice, listInvoices } from '#db/invoices/invoice-list.ts';
import { readNumbering, setNumbering } from '#db/invoices/invoice-number.ts';
import { deleteInvoice, issueInvoice, sendInvoiceAgain, updateInvoice, voidInvoice } from '#db/invoices/invoices.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { erasePerson, exportPerson } from '#db/personal-data/person.ts';
import { eraseOldPersonalData } from '#db/personal-data/retention.ts';
import { emailAddressOf } from '#domain/email-address.ts';
import type { Day } from '#domain/local-days.ts';
import { centsOf } from '#domain/money.ts';
import { RECEIVER } from './intents.ts';
import {
  ANN,
  at,
  codeOf,
  draft,
  issue,
  issued,
  ledger,
  mails,
  PUBLIC_URL,
  pay,
  press,
  VALUES,
  withInvoices,
} from './invoice-stage.ts';

withInvoices();

describe('numbers', () => {
  test('are given when an invoice is issued, without gaps, by 20 at once', async () => {
    const drafts = await Promise.all(Array.from({ length: 20 }, () => draft({ customerEmail: null })));
    const [gone, ...rest] = drafts;
    await deleteInvoice(ledger.orm.em, ledger.storeId, String(gone), ANN);
    const numbers = await Promise.all(rest.map((id) => issue(id)));
    expect([...numbers].sort()).toEqual(rest.map((_, n) => `INV-${String(n + 1).padStart(4, '0')}`));
  });

  test('leave no gap when issuing fails, and are given once when it is asked for twice at once', async () => {
    const last = async () => (await ledger.rows<{ last: number }>('select last from invoice_sequence'))[0]?.last ?? 0;
    const before = await last();
    const id = await draft({ customerEmail: null });
    const outcomes = await Promise.all([codeOf(issue(id)), codeOf(issue(id))]);
    expect([...outcomes].sort()).toEqual(['done', 'invoice_open']);
    expect(await last()).toBe(before + 1);
    // The mail of this one cannot be queued: its URL is not one.
    const broken = issueInvoice(
      ledger.orm.em,
      ledger.storeId,
      await draft(),
      { now: new Date(Number.NaN), publicUrl: '' },
      ANN,
    );
    await expect(broken).rejects.toThrow();
    expect(await last()).toBe(before + 1);
  });
});

describe('the numbering of a store', () => {
  const set = (prefix: string, next: number) =>
    codeOf(setNumbering(ledger.orm.em, ledger.storeId, { prefix, next }, ANN));
  const next = async () => (await readNumbering(ledger.orm.em, ledger.storeId)).next;

  test('goes on with another prefix and a higher count, and is written to the audit log once', async () => {
    const from = await readNumbering(ledger.orm.em, ledger.storeId);
    const to = { prefix: '2027/', next: from.next + 100 };
    expect(await set(to.prefix, to.next)).toBe('done');
    expect(await set(to.prefix, to.next)).toBe('done');
    expect(await issue(await draft({ customerEmail: null }))).toBe(`2027/${String(to.next).padStart(4, '0')}`);
    expect(await next()).toBe(to.next + 1);
    const audited = await ledger.rows(`select data from audit_entry where action = 'invoice.numbering'`);
    expect(audited).toEqual([{ data: { from, to } }]);
  });

  test('never goes down, and rejects prefixes whose numbers could be given twice', async () => {
    const before = await readNumbering(ledger.orm.em, ledger.storeId);
    expect(await set('INV-', before.next - 1)).toBe('next_too_low');
    for (const count of [0, -1, 1.5, Number.NaN, 100_000_000]) expect(await set('INV-', count)).toBe('next');
    for (const prefix of ['INV-1', '1', 'INV 1-', 'x'.repeat(13), 'Ä-', '\n-']) {
      expect(await set(prefix, before.next + 1)).toBe('prefix');
    }
    expect(await readNumbering(ledger.orm.em, ledger.storeId)).toEqual(before);
  });

  test('changed while invoices are issued leaves each with a number of its own', async () => {
    const drafts = await Promise.all(Array.from({ length: 8 }, () => draft({ customerEmail: null })));
    const from = await next();
    const results = await Promise.all([
      ...drafts.slice(0, 4).map((id) => issue(id)),
      set('A-', from + 50),
      ...drafts.slice(4).map((id) => issue(id)),
    ]);
    const numbers = results.filter((result) => result !== 'done');
    expect(new Set(numbers.map((number) => number.replace(/^.*[^0-9]/, ''))).size).toBe(8);
    expect(await next()).toBeGreaterThanOrEqual(from + 50);
  });

  test('of a store without invoices begins where it is told', async () => {
    const merchant = { name: 'Other', email: 'other@shop.example', receiver: RECEIVER };
    const { storeId: other } = await createMerchantAndStore(ledger.orm.em, merchant);
    expect(await readNumbering(ledger.orm.em, other)).toEqual({ prefix: 'INV-', next: 1 });
    await setNumbering(ledger.orm.em, other, { prefix: '', next: 501 }, ANN);
    expect(await readNumbering(ledger.orm.em, other)).toEqual({ prefix: '', next: 501 });
  });
});

describe('an invoice', () => {
  test('is a draft that can be changed, and after that never', async () => {
    const id = await draft();
    await updateInvoice(ledger.orm.em, ledger.storeId, id, { ...VALUES, customerName: 'Another' }, ANN);
    const found = await findInvoice(ledger.orm.em, ledger.storeId, id);
    expect(found?.invoice.customerName).toBe('Another');
    expect(found?.lines.map(({ description }) => description)).toEqual(['Espresso', 'Delivery']);
    expect(await findPublicInvoice(ledger.orm.em, String(found?.invoice.token))).toBeNull();
    await issue(id);
    expect((await findPublicInvoice(ledger.orm.em, String(found?.invoice.token)))?.invoice.id).toBe(id);
    expect(await codeOf(updateInvoice(ledger.orm.em, ledger.storeId, id, VALUES, ANN))).toBe('invoice_open');
    expect(await codeOf(deleteInvoice(ledger.orm.em, ledger.storeId, id, ANN))).toBe('invoice_open');
    expect(await findInvoice(ledger.orm.em, 'sto_other', id)).toBeNull();
  });

  test('must add up to more than 0.10', async () => {
    const lines = [{ description: 'x', quantity: 1, unitCents: centsOf(10) }];
    expect(await codeOf(draft({ lines }))).toBe('total');
  });

  test('is mailed once in its language, with a link and no other secret, and again at most once an hour', async () => {
    const id = await issued();
    const [mail] = await mails(id);
    expect(mail).toMatchObject({ kind: 'invoice_sent', recipient: 'buyer@cafe.example', locale: 'es' });
    const { invoice } = (await findInvoice(ledger.orm.em, ledger.storeId, id)) ?? {};
    expect(mail?.data).toMatchObject({
      number: invoice?.number,
      total: { amount: '5.00', unit: { coin: 'USDT' } },
      link: `${PUBLIC_URL}/invoice/${invoice?.token}`,
      reminder: null,
    });
    const again = (iso: string) => sendInvoiceAgain(ledger.orm.em, ledger.storeId, id, at(iso), ANN);
    expect(await codeOf(again('2026-12-02T10:00:00Z'))).toBe('done');
    expect(await codeOf(again('2026-12-02T10:30:00Z'))).toBe('sent_just_now');
    expect(await codeOf(again('2026-12-02T11:00:00Z'))).toBe('done');
    expect(await mails(id)).toHaveLength(3);
  });

  test('is listed by tab', async () => {
    const today = '2026-12-05' as Day;
    const overdue = await issued({ dueDay: '2026-12-04' as Day, customerEmail: null });
    const list = async (tab: 'overdue' | 'draft' | 'open' | null, page = 1) =>
      (await listInvoices(ledger.orm.em, ledger.storeId, { tab, today, page, size: 10 })).map(
        ({ invoice }) => invoice.id,
      );
    expect(await list('overdue')).toEqual([overdue]);
    expect(await list('open')).toContain(overdue);
    expect(await list(null)).toHaveLength(11);
    expect(await countInvoices(ledger.orm.em, ledger.storeId, 'overdue', today)).toBe(1);
  });
});

describe('what is about the customer', () => {
  test('is exported and erased by e-mail address, except in open invoices', async () => {
    const email = emailAddressOf('leaving@cafe.example');
    const [open, paid] = [await issued({ customerEmail: email }), await issued({ customerEmail: email })];
    await pay(await press(paid));
    const { invoices } = await exportPerson(ledger.orm.em, { email: emailAddressOf('Leaving@cafe.example') });
    expect(invoices.map(({ id }) => id).sort()).toEqual([open, paid].sort());
    expect(await erasePerson(ledger.orm.em, { email })).toMatchObject({ invoices: 1 });
    const found = await findInvoice(ledger.orm.em, ledger.storeId, paid);
    expect(found?.invoice).toMatchObject({ customerName: 'erased', customerEmail: null, customerAddress: null });
    expect((await findInvoice(ledger.orm.em, ledger.storeId, open))?.invoice.customerEmail).toBe(email);
  });

  test('is erased when the invoice is as old as orders may be, and that of an older draft when it is over', async () => {
    const [old, id] = [await draft(), await issued()];
    await voidInvoice(ledger.orm.em, ledger.storeId, id, ANN);
    const age = (days: number, of: string) =>
      ledger.rows(`update invoice set created_at = now() - interval '${days} days' where id = ?`, [of]);
    await age(40, old);
    await age(31, id);
    const erase = () => eraseOldPersonalData(ledger.orm.em, { orderDays: 30, messageDays: 30 });
    const customerOf = async (of: string) => (await findInvoice(ledger.orm.em, ledger.storeId, of))?.invoice;
    await erase();
    expect(await customerOf(id)).toMatchObject({ customerName: 'erased', memo: null });
    expect((await customerOf(old))?.customerName).toBe(VALUES.customerName);
    await issue(old);
    await voidInvoice(ledger.orm.em, ledger.storeId, old, ANN);
    await erase();
    expect(await customerOf(old)).toMatchObject({ customerName: 'erased', memo: null });
  });
});
