// Personal data ends: by age, in bounded steps, and for one person. The ledger and every figure stay.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requestRedelivery } from '#db/delivery/webhook-actions.ts';
import { erasePerson, exportPerson } from '#db/personal-data/person.ts';
import { eraseOldPersonalData } from '#db/personal-data/retention.ts';
import { emailAddressOf } from '#domain/email-address.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { type ApiServer, startApiServer } from '#test/api/api-server.ts';

let server: ApiServer;
beforeEach(async () => {
  server = await startApiServer();
});
afterEach(async () => await server?.close());

const RETENTION = { orderDays: 730, messageDays: 90 };
const DAY = 86_400;
const PERSONAL = {
  order_description: 'Blue socks for Ada',
  user_id: 'customer-7',
  user_name: 'Ada Lovelace',
  redirect_url: 'https://shop.example/orders/ada',
  extra: { phone: '+44 20 7946 0000' },
};

let made = 0;
/** An order as the API creates it, `ageDays` old. Ids begin with their second, so an old order has an old id. */
const order = async (ageDays: number, email = 'ada@example.com'): Promise<string> => {
  made += 1;
  const reply = await server.store.post('/v1/checkout_intents/', {
    stable_coin: 1,
    amount_cents: 500,
    order_id: `A-${made}`,
    ...PERSONAL,
  });
  const id = String(reply.json.payload.allscale_checkout_intent_id);
  const second = Math.floor(Date.now() / 1000) - ageDays * DAY;
  const old = second.toString(16).padStart(8, '0') + id.slice(8);
  await server.query(
    `with moved as (
      insert into checkout_intent select (jsonb_populate_record(i, jsonb_build_object('id', ?::text, 'shopper_email', ?::text, 'contract_id', reverse(i.id),
        'deposit_address', '0x' || substr(md5(i.id), 1, 32) || substr(i.id, 17, 8)))).* from checkout_intent i where id = ? returning id)
    insert into timeline_event (intent_id, kind, data)
      select id, 'email', '{"recipient":"${email}","state":"sent"}'::jsonb from moved
      union all select id, 'note', '{"text":"Ada called","by":"bob@shop.example"}' from moved`,
    [old, email, id],
  );
  await server.query(
    `insert into webhook_event (id, transaction_id, store_id, intent_id, event_type, body, state, created_at)
     select 'evt_' || ?, 'txn_' || ?, store_id, id, 'checkout_intent.confirmed', '{"user_name":"Ada Lovelace"}', 'delivered',
       to_timestamp(?) from checkout_intent where id = ?`,
    [old, old, second, old],
  );
  await server.query(
    `insert into email_message (id, kind, subject_id, recipient, store_id, intent_id, data, state, subject_line, plain_text, created_at)
     select 'eml_' || ?, 'receipt', ?, ?, store_id, id, '{"description":"Blue socks for Ada"}', 'sent', 'Your receipt, Ada',
       'Blue socks for Ada', to_timestamp(?) from checkout_intent where id = ?`,
    [old, old, email, second, old],
  );
  await server.query('delete from timeline_event where intent_id = ?', [id]);
  await server.query('delete from dispatch where subject_id = ?', [id]);
  await server.query('delete from checkout_intent where id = ?', [id]);
  return old;
};

const everything = async (id: string): Promise<string> => {
  const tables = ['checkout_intent', 'timeline_event', 'webhook_event', 'email_message'];
  const texts = await Promise.all(
    tables.map(async (table) =>
      server.query<{ row: unknown }>(
        `select to_jsonb(t) as row from ${table} t where ${table === 'checkout_intent' ? 'id' : 'intent_id'} = ?`,
        [id],
      ),
    ),
  );
  return JSON.stringify(texts);
};
/** None of it may stand in a hash, an address or a time by chance. */
const PERSON = /\bAda\b|ada@|orders\/ada|customer-7|20 7946 0000|socks/;

/** What must not change: the ledger's columns. */
const ledger = (id: string) =>
  server.query(
    `select id, store_id, status, amount_units, order_id, deposit_address, receiver, expires_at, created_at, updated_at
     from checkout_intent where id = ?`,
    [id],
  );

test('an order past its age loses what is about its shopper, and nothing else', async () => {
  const [old, young] = [await order(731), await order(729)];
  expect(await everything(old)).toMatch(PERSON);
  const before = await ledger(old);
  await eraseOldPersonalData(server.orm.em, RETENTION);
  expect(await everything(old)).not.toMatch(PERSON);
  expect(await ledger(old)).toEqual(before);
  expect(await everything(young)).toMatch(/Ada Lovelace/);
  expect((await server.store.get(`/v1/checkout_intents/${old}`)).json).toMatchObject({ code: 0 });
});

test('webhooks and e-mails lose their content earlier; such a webhook cannot be sent again', async () => {
  const [old, young] = [await order(91), await order(89)];
  await eraseOldPersonalData(server.orm.em, RETENTION);
  const bodies = await server.query('select intent_id, body from webhook_event order by intent_id');
  expect(bodies).toEqual([
    { intent_id: old, body: '' },
    { intent_id: young, body: expect.stringContaining('Ada') },
  ]);
  const mails = await server.query('select plain_text as text, subject_line as subject from email_message order by id');
  expect(mails).toEqual([
    { text: null, subject: null },
    { text: expect.stringContaining('Ada'), subject: 'Your receipt, Ada' },
  ]);
  await expect(requestRedelivery(server.orm.em, `evt_${old}`)).rejects.toMatchObject({ code: 'webhook_erased' });
  await requestRedelivery(server.orm.em, `evt_${young}`);
});

test('recipients of messages without an order end with the message; who must not be mailed again stays', async () => {
  const id = await order(1);
  const rows = [
    ['log-in', 'sent', 91, null],
    ['young', 'sent', 89, null],
    ['report', 'sent', 91, 'store'],
    ['waits', 'pending', 91, 'store'],
    ['bounced', 'bounced', 91, 'store'],
    ['stranger', 'bounced', 91, null],
  ] as const;
  for (const [name, state, days, store] of rows) {
    await server.query(
      `insert into email_message (id, kind, subject_id, recipient, store_id, data, state, last_error, created_at)
       select 'eml_' || ?, 'key_created', ?, 'ada@example.com', case when ? = 'store' then store_id end, '{}', ?, 'ada@example.com: no', now() - make_interval(days => ?)
       from checkout_intent where id = ?`,
      [name, name, store, state, days, id],
    );
  }
  await eraseOldPersonalData(server.orm.em, RETENTION);
  const left = await server.query<{ id: string; recipient: string; error: string | null }>(
    `select id, recipient, last_error as error from email_message where intent_id is null order by id`,
  );
  expect(left.filter(({ recipient }) => recipient === 'ada@example.com').map((row) => row.id)).toEqual([
    ...['eml_bounced', 'eml_waits', 'eml_young'],
  ]);
  expect(left.filter(({ recipient }) => recipient !== 'ada@example.com')).toEqual(
    ['eml_log-in', 'eml_report', 'eml_stranger'].map((row) => ({ id: row, recipient: `erased:${row}`, error: null })),
  );
});

test('responses of webhook endpoints end with the messages, once the delivery has ended', async () => {
  const id = await order(400);
  const states = { ended: 'delivered', waits: 'pending', young: 'failed' };
  await server.query(
    `insert into webhook_endpoint (id, store_id, url, sealed_secret, event_types)
     select 'whe_1', store_id, 'https://shop.example/x', '', '{checkout_intent.seen}' from checkout_intent where id = ?`,
    [id],
  );
  for (const [name, state] of Object.entries(states)) {
    await server.query(
      `insert into order_event (id, store_id, intent_id, event_type, body)
       select 'evt_' || ?, store_id, id, 'checkout_intent.seen', '{}' from checkout_intent where id = ?`,
      [name, id],
    );
    await server.query(
      `insert into endpoint_delivery (id, event_id, endpoint_id, intent_id, state, own_workflow, created_at)
       values ('whd_' || ?, 'evt_' || ?, 'whe_1', ?, ?, false, now() - make_interval(days => ?))`,
      [name, name, id, state, name === 'young' ? 89 : 91],
    );
    await server.query(
      `insert into endpoint_attempt (delivery_id, attempt_key, url, started_at, duration_ms, response_excerpt)
       values ('whd_' || ?, 'a', 'https://shop.example/x', now(), 1, 'Thanks, Ada')`,
      [name],
    );
  }
  await eraseOldPersonalData(server.orm.em, RETENTION);
  expect(
    await server.query('select delivery_id as id, response_excerpt as text from endpoint_attempt order by id'),
  ).toEqual([
    { id: 'whd_ended', text: null },
    { id: 'whd_waits', text: 'Thanks, Ada' },
    { id: 'whd_young', text: 'Thanks, Ada' },
  ]);
});

test('what waits for delivery is kept', async () => {
  const id = await order(400);
  await server.query(`update webhook_event set state = 'pending'`);
  await server.query(`update email_message set state = 'pending'`);
  await eraseOldPersonalData(server.orm.em, RETENTION);
  expect(await everything(id)).toMatch(/Your receipt, Ada/);
  expect((await server.query('select body from webhook_event'))[0]).not.toEqual({ body: '' });
});

test('two passes at once, and passes again, erase each order once', async () => {
  const ids = [await order(800), await order(900), await order(1_000)];
  await Promise.all([1, 2].map(() => eraseOldPersonalData(server.orm.em, RETENTION)));
  const erased = () =>
    server.query<{ id: string; at: Date }>('select id, erased_at as at from checkout_intent order by id');
  const first = await erased();
  expect(first.map(({ id }) => id)).toEqual([...ids].sort());
  expect(first.every(({ at }) => at !== null)).toBe(true);
  await eraseOldPersonalData(server.orm.em, RETENTION);
  expect(await erased()).toEqual(first);
});

test('one person’s data is exported whole and erased, whatever its age; others stay', async () => {
  const [hers, others] = [await order(1), await order(1, 'bob@example.com')];
  const data = await exportPerson(server.orm.em, { email: emailAddressOf('ADA@example.com') });
  expect(data.orders).toMatchObject([{ id: hers, user_name: 'Ada Lovelace', shopper_email: 'ada@example.com' }]);
  expect(data.emails).toMatchObject([{ subject_line: 'Your receipt, Ada' }]);
  expect(await erasePerson(server.orm.em, { email: emailAddressOf('ADA@example.com') })).toMatchObject({ orders: 1 });
  expect(await everything(hers)).not.toMatch(PERSON);
  expect(await everything(others)).toMatch(/Ada Lovelace/);
  expect(await exportPerson(server.orm.em, { email: emailAddressOf('ada@example.com') })).toMatchObject({
    orders: [],
    emails: [],
  });
});

test('a shop’s customer is found by the shop’s own id, in that store only', async () => {
  const id = await order(1);
  const storeId = String((await server.query<{ id: string }>('select store_id as id from checkout_intent'))[0]?.id);
  expect((await exportPerson(server.orm.em, { storeId: 'sto_other', userId: 'customer-7' })).orders).toEqual([]);
  expect(await erasePerson(server.orm.em, { storeId, userId: 'customer-7' })).toMatchObject({ orders: 1 });
  expect(await everything(id)).not.toMatch(PERSON);
});

const MARK = 'quillfeather';
const ADDRESS = '0x52908400098527886E0F7030069857D2E4169EE7';
const MARKED = {
  order_description: `Socks for ${MARK}`,
  user_id: `${MARK}-7`,
  user_name: `Zoë ${MARK}`,
  redirect_url: `https://shop.example/${MARK}`,
  extra: { phone: MARK },
};
const EMAIL = `${MARK}@example.com`;

/** Tables with a row that has the person, whatever the column. */
const tablesWithPerson = async (): Promise<string[]> => {
  const tables = await server.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('public', 'auth', 'limits') order by 1`,
  );
  const found = await Promise.all(
    tables.map(async ({ name }) =>
      (
        await server.query(`select 1 from ${name} t where lower(t::text) ~ ? limit 1`, [
          `${MARK}|${ADDRESS.slice(2).toLowerCase()}`,
        ])
      ).length > 0
        ? [name.replace('public.', '')]
        : [],
    ),
  );
  return found.flat();
};

/** What an order leaves in each table that has to do with its shopper. */
const markedOrder = async (): Promise<string> => {
  const reply = await server.store.post('/v1/checkout_intents/', {
    ...{ stable_coin: 1, amount_cents: 500, order_id: 'M-1' },
    ...MARKED,
  });
  const id = String(reply.json.payload.allscale_checkout_intent_id);
  const rows = [
    `update checkout_intent set shopper_email = '${EMAIL}', shopper_language = '${MARK}' where id = $id`,
    `insert into refund_address (intent_id, chain_id, sender, tx_hash, address)
       values ($id, 31337, '0x' || repeat('1', 40), '0x' || repeat('2', 64), '${ADDRESS}')`,
    `insert into screened_payer (intent_id, payer) values ($id, '${ADDRESS}')`,
    `insert into timeline_event (intent_id, kind, data) values
       ($id, 'email', '{"recipient":"${EMAIL}"}'), ($id, 'note', '{"text":"${MARK} called"}'),
       ($id, 'refund_address', '{"address":"${ADDRESS}","chain_id":31337}'), ($id, 'payer_denied', '{"payer":"${ADDRESS}"}')`,
    `insert into email_message (id, kind, subject_id, recipient, store_id, intent_id, locale, data, state, subject_line, plain_text)
       select 'eml_m', 'receipt', id, '${EMAIL}', store_id, id, '${MARK}', '{"description":"${MARK}"}', 'sent', 'Hello ${MARK}', '${MARK}'
       from checkout_intent where id = $id`,
    `insert into webhook_event (id, transaction_id, store_id, intent_id, event_type, body, state)
       select 'evt_m', 'txn_m', store_id, id, 'checkout_intent.confirmed', '{"user_name":"${MARK}"}', 'delivered'
       from checkout_intent where id = $id`,
    `insert into webhook_attempt (event_id, attempt_key, url, started_at, duration_ms, request_headers, response_excerpt)
       values ('evt_m', 'a', 'https://shop.example/x', now(), 1, '{}', 'Thanks, ${MARK}')`,
    `insert into order_event (id, store_id, intent_id, event_type, body)
       select 'evt_n', store_id, id, 'checkout_intent.seen', '{"user_name":"${MARK}"}' from checkout_intent where id = $id`,
    `insert into invoice (id, store_id, token, status, number, language, currency, customer_name, customer_email, due_day, issued_at, voided_at)
       select 'inv_m', store_id, repeat('a', 32), 'void', 'INV-1', 'en', 1, '${MARK}', '${EMAIL}', '2026-01-01', now(), now()
       from checkout_intent where id = $id`,
    `insert into invitation (merchant_id, email, role, invited_by, token_sha256, expires_at)
       select s.merchant_id, '${EMAIL}', 'viewer', 'bob@shop.example', 'x', now() from checkout_intent i join store s on s.id = i.store_id
       where i.id = $id`,
    `update store set report_recipients = array['${EMAIL}']`,
  ];
  for (const row of rows) await server.query(row.replaceAll('$id', `'${id}'`));
  // The API's own log of the request comes a moment later.
  await waitFor(async () => (await server.query('select 1 from request_log')).length > 0, {
    ...{ what: 'the log of the request', timeoutMs: 30_000 },
  });
  return id;
};

test('after an erasure no table has the person', async () => {
  const id = await markedOrder();
  expect(await tablesWithPerson()).toEqual(
    [
      ...['checkout_intent', 'email_message', 'invitation', 'invoice', 'order_event', 'order_search', 'refund_address'],
      ...['request_log', 'screened_payer', 'store', 'timeline_event', 'webhook_attempt', 'webhook_event'],
    ].sort(),
  );
  const data = await exportPerson(server.orm.em, { email: emailAddressOf(EMAIL) });
  expect(data.requests).toMatchObject([{ method: 'POST', request_body: expect.stringContaining(MARK) }]);
  expect(await erasePerson(server.orm.em, { email: emailAddressOf(EMAIL) })).toMatchObject({
    orders: 1,
    requests: 1,
    invoices: 1,
  });
  expect(await tablesWithPerson()).toEqual([]);
  expect((await server.store.get(`/v1/checkout_intents/${id}`)).json).toMatchObject({ code: 0 });
});

test('what comes after an erasure ends by the next one, and by age', async () => {
  const id = await markedOrder();
  await erasePerson(server.orm.em, { email: emailAddressOf(EMAIL) });
  const [first] = await server.query<{ at: Date }>('select erased_at as at from checkout_intent where id = ?', [id]);
  /** An e-mail that waited is sent, and the shopper names the address again on the page, which is still open. */
  const again = async (): Promise<void> => {
    await server.query(`update checkout_intent set shopper_email = '${EMAIL}' where id = ?`, [id]);
    await server.query(
      `insert into timeline_event (intent_id, kind, data) values (?, 'email', '{"recipient":"${EMAIL}"}')`,
      [id],
    );
  };
  await again();
  expect(await tablesWithPerson()).toEqual(['checkout_intent', 'order_search', 'timeline_event']);
  expect(await erasePerson(server.orm.em, { email: emailAddressOf(EMAIL) })).toMatchObject({ orders: 1 });
  expect(await tablesWithPerson()).toEqual([]);
  await again();
  // Ids begin with their second: with no days to keep, every order of before is due.
  await eraseOldPersonalData(server.orm.em, { orderDays: -1, messageDays: 90 });
  expect(await tablesWithPerson()).toEqual([]);
  expect(await server.query('select erased_at as at from checkout_intent where id = ?', [id])).toEqual([first]);
});

test('the page on personal data names every table', async () => {
  const page = readFileSync(join(REPOSITORY, 'docs/security/personal-data.md'), 'utf8');
  const tables = await server.query<{ name: string }>(
    `select case when schemaname = 'public' then tablename else schemaname || '.' || tablename end as name from pg_tables
     where schemaname in ('public', 'auth', 'limits') order by 1`,
  );
  expect(tables.map(({ name }) => name).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
