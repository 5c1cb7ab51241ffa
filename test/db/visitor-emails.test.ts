// E-mails to addresses that visitors name: a day's number by mailbox and by visitor, across orders and stores. And the contract's id.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mailboxOf, takeVisitorEmail, VISITOR_EMAILS_A_DAY } from '#db/delivery/visitor-emails.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { requestReceipt } from '#db/intents/shopper-email.ts';
import type { IntentId } from '#domain/ids.ts';
import { type Ledger, openLedger } from './intents.ts';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => {
  await ledger.orm.close();
  await ledger.database.drop();
});

const askFor = (id: IntentId, email: string, clientKey: string) =>
  requestReceipt(ledger.orm.em, id, { email, language: null, clientKey });
const ask = async (email: string, clientKey = 'somebody') => await askFor(await ledger.newIntent(), email, clientKey);

describe('a mailbox', () => {
  test('has many spellings', () => {
    for (const spelling of ['Ann.Lee@Gmail.com', 'annlee+1@googlemail.com', ' annlee@gmail.com.', 'ＡnnＬee@gmail.com'])
      expect(mailboxOf(spelling)).toBe('annlee@gmail.com');
    expect(mailboxOf('Ann.Lee+shop@Example.org')).toBe('ann.lee@example.org');
    expect(mailboxOf('ann.lee@example.org')).not.toBe(mailboxOf('annlee@example.org'));
    expect(mailboxOf('"a@b"@example.org')).toBe('"a@b"@example.org');
  });

  test('gets a day’s number of receipts, however many orders, visitors and spellings', async () => {
    const results: (string | null)[] = [];
    for (let turn = 0; turn < VISITOR_EMAILS_A_DAY.order + 3; turn += 1)
      results.push(await ask(`Victim+${turn}@example.org`, `visitor ${turn}`));
    expect(results.filter((one) => one === 'later')).toHaveLength(VISITOR_EMAILS_A_DAY.order);
    expect(results.slice(-3)).toEqual(['dayFull', 'dayFull', 'dayFull']);
    expect(await ask('other@example.org')).toBe('later');
    // The next day it may have more.
    await ledger.rows(`update visitor_email set created_at = created_at - interval '1 day'`);
    expect(await ask('victim@example.org')).toBe('later');
  });

  test('asked for twice on one order counts once, and what was refused is not stored', async () => {
    const id = await ledger.newIntent();
    for (let turn = 0; turn < VISITOR_EMAILS_A_DAY.order * 2; turn += 1)
      expect(await askFor(id, 'again@example.org', 'again')).toBe('later');
    for (let turn = 1; turn < VISITOR_EMAILS_A_DAY.order; turn += 1) await ask('again@example.org');
    const last = await ledger.newIntent();
    expect(await askFor(last, 'again@example.org', 'again')).toBe('dayFull');
    expect((await ledger.orm.em.fork().findOneOrFail(CheckoutIntent, last)).shopperEmail).toBeNull();
  });

  test('is not overrun by requests that arrive together', async () => {
    const ids = await Promise.all(Array.from({ length: 25 }, () => ledger.newIntent()));
    const results = await Promise.all(ids.map((id) => askFor(id, 'together@example.org', 'crowd')));
    expect(results.filter((one) => one === 'later')).toHaveLength(VISITOR_EMAILS_A_DAY.order);
  });

  test('about its accounts has a number of its own: receipts cannot use up the links of a password reset', async () => {
    const take = (subject: string) =>
      ledger.orm.em
        .fork()
        .transactional((em) =>
          takeVisitorEmail(em, { about: 'account', subject, recipient: 'together@example.org', clientKey: null }),
        );
    for (let turn = 0; turn < VISITOR_EMAILS_A_DAY.account; turn += 1) expect(await take(`reset ${turn}`)).toBe(true);
    expect(await take('one more')).toBe(false);
  });
});

test('a visitor names a day’s number of mailboxes', async () => {
  const { client } = VISITOR_EMAILS_A_DAY;
  await ledger.rows(
    `insert into visitor_email (subject, recipient_hash, client_hash)
     select 'order ' || n, 'mailbox ' || n, encode(sha256('client spammer'), 'hex') from generate_series(1, ?) n`,
    [client - 1],
  );
  expect(await ask('stranger@example.org', 'spammer')).toBe('later');
  expect(await ask('next@example.org', 'spammer')).toBe('dayFull');
  expect(await ask('next@example.org', 'somebody else')).toBe('later');
});

describe('the contract’s id', () => {
  test('is unique, and an intent of the last release, which has one id, keeps that', async () => {
    const [first, second] = [await ledger.newIntent(), await ledger.newIntent()];
    const contractIdOf = async (id: string) =>
      (await ledger.rows<{ contract_id: string }>('select contract_id from checkout_intent where id = ?', [id]))[0]
        ?.contract_id;
    expect(await contractIdOf(first)).not.toBe(first);
    await expect(
      ledger.rows('update checkout_intent set contract_id = ? where id = ?', [await contractIdOf(first), second]),
    ).rejects.toThrow('intent_contract_id_unique');
    const columns = await ledger.rows<{ names: string }>(
      `select string_agg(column_name, ', ') as names from information_schema.columns
       where table_name = 'checkout_intent' and column_name not in ('id', 'contract_id', 'deposit_address')`,
    );
    const older = '65b2f3d0d2d9c0a1b2c3d4e5';
    await ledger.rows(
      `insert into checkout_intent (id, deposit_address, ${columns[0]?.names})
       select ?, '0x0000000000000000000000000000000000000abc', ${columns[0]?.names} from checkout_intent where id = ?`,
      [older, first],
    );
    expect(await contractIdOf(older)).toBe(older);
  });
});
