// Which changes queue an e-mail. Each is queued once for (subject, kind, recipient), in the transaction of the change.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueEmail, queueShopperEmail } from '#db/delivery/queue-emails.ts';
import { recordWebhookAttempt } from '#db/delivery/webhook-delivery.ts';
import { claimDispatch, finishDispatch } from '#db/dispatch/outbox.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { requestReceipt } from '#db/intents/shopper-email.ts';
import { updateStore } from '#db/merchants/change-store.ts';
import { type Em, type Orm, openOrm } from '#db/orm.ts';
import { toChecksumAddress } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Language } from '#domain/languages.ts';
import { IntentStatus } from '#domain/status.ts';
import { sampleInput } from '#emails/samples.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import {
  addTransfer,
  makeIntent,
  makeStore,
  makeWebhookEvent,
  setTransferState,
  type TestStore,
} from '#test/support/intents.ts';
import { updateCheckedStore } from '#test/support/payable.ts';

let database: TestDatabase;
let orm: Orm;
let em: Em;
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
  em = orm.em;
});
afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

const storeWith = async (settings: Record<string, unknown> = {}): Promise<TestStore> => {
  const store = await makeStore(em, 'https://shop.example/hook');
  for (const [column, value] of Object.entries({ notification_emails: '{orders@shop.example}', ...settings })) {
    await em.fork().execute(`update store set ${column} = ? where id = ?`, [value, store.storeId]);
  }
  return store;
};

const emailsOf = (storeId: string) =>
  em
    .fork()
    .execute<{ kind: string; recipient: string; subjectId: string; locale: string; queued: boolean; data: unknown }[]>(
      `select m.kind, m.recipient, m.subject_id as "subjectId", m.locale, m.data, m.state = 'pending' and exists (
         select where not m.own_workflow union all
         select from dispatch d where d.kind = 'start_email' and d.subject_id = m.id) as queued
       from email_message m where m.store_id = ? order by m.kind, m.recipient`,
      [storeId],
    );

const pay = async (store: TestStore, shopperEmail: string | null = null) => {
  const intentId = await makeIntent(em, store, { status: IntentStatus.TEMP_WALLET_RECEIVED, queued: false });
  await em.fork().execute('update checkout_intent set shopper_email = ? where id = ?', [shopperEmail, intentId]);
  const transferId = await addTransfer(em, intentId, { state: 'confirmed' });
  await changeIntent(em.fork(), {
    intentId,
    actor: 'workflow',
    to: IntentStatus.CONFIRMED,
    paymentTransferIds: [transferId],
  });
  return { intentId, transferId };
};

describe('a new order', () => {
  const start = async (store: TestStore) => {
    const intentId = await makeIntent(em, store);
    const rows = await claimDispatch(em, { urgent: 100, emails: 100 }, 30);
    await finishDispatch(
      em,
      rows.map(({ id }) => id),
    );
    return { intentId, ids: rows.map(({ id }) => id) };
  };

  it('e-mails the addresses in the settings once, in the language of the store', async () => {
    const store = await storeWith({
      notification_emails: '{b@shop.example,a@shop.example,"a@shop.example "}',
      locale: 'ja',
    });
    const { intentId, ids } = await start(store);
    await finishDispatch(em, ids);
    expect(await emailsOf(store.storeId)).toEqual(
      ['a@shop.example', 'b@shop.example'].map((recipient) => ({
        kind: 'order_created',
        recipient,
        subjectId: intentId,
        locale: 'ja',
        queued: true,
        data: {},
      })),
    );
  });

  it('e-mails the owners when the settings name no address, and no other members', async () => {
    const store = await storeWith({ notification_emails: '{}' });
    for (const [email, role] of Object.entries({ 'owner@shop.example': 'owner', 'viewer@shop.example': 'viewer' })) {
      await em
        .fork()
        .execute(
          'insert into member (merchant_id, user_id, email, role) select merchant_id, ?, ?, ? from store where id = ?',
          [randomBytes(8).toString('hex'), email, role, store.storeId],
        );
    }
    await start(store);
    expect((await emailsOf(store.storeId)).map(({ recipient }) => recipient)).toEqual(['owner@shop.example']);
  });

  it('sends no e-mail when the store switched it off', async () => {
    const store = await storeWith({ emails_order_created: false });
    await start(store);
    expect(await emailsOf(store.storeId)).toEqual([]);
  });
});

describe('a confirmed payment', () => {
  it('e-mails shop and shopper in its own transaction, and once although it is recorded again', async () => {
    const store = await storeWith();
    const { intentId, transferId } = await pay(store, 'shopper@example.org');
    await changeIntent(em.fork(), { intentId, actor: 'workflow', paymentTransferIds: [transferId] });
    expect((await emailsOf(store.storeId)).map(({ kind, recipient, queued }) => [kind, recipient, queued])).toEqual([
      ['order_paid', 'orders@shop.example', true],
      ['shopper_receipt', 'shopper@example.org', true],
    ]);
  });

  it('e-mails only the shopper when the shop switched it off', async () => {
    const store = await storeWith({ emails_order_paid: false });
    await pay(store, 'shopper@example.org');
    expect((await emailsOf(store.storeId)).map(({ kind }) => kind)).toEqual(['shopper_receipt']);
  });
});

it('a review row sends one e-mail, with what was found', async () => {
  const store = await storeWith();
  const intentId = await makeIntent(em, store, { status: IntentStatus.TIMEOUT, queued: false });
  const transferId = await addTransfer(em, intentId, { amount: '7.5' });
  await setTransferState(em, transferId, 'confirmed');
  const late = () =>
    changeIntent(em.fork(), {
      intentId,
      actor: 'workflow',
      to: IntentStatus.PENDING_MANUAL_OPERATION,
      reviews: [{ kind: 'late', transferId }],
    });
  await late();
  await late();
  const emails = await emailsOf(store.storeId);
  expect(emails).toHaveLength(1);
  expect(emails[0]).toMatchObject({
    kind: 'order_attention',
    data: { review: 'late', amount: '7.5000', coin: 1, chainId: 31337 },
  });
});

const ask = (intentId: IntentId, email: string, language: Language | null = null) =>
  requestReceipt(em, intentId, { email, language, clientKey: 'visitor' });

describe('a shopper’s receipt', () => {
  it('waits for the confirmation and goes to the address that was entered last', async () => {
    const store = await storeWith({ emails_order_paid: false });
    const intentId = await makeIntent(em, store, { status: IntentStatus.TEMP_WALLET_RECEIVED, queued: false });
    expect(await ask(intentId, 'typo@example.org')).toBe('later');
    expect(await ask(intentId, 'me@example.org')).toBe('later');
    const transferId = await addTransfer(em, intentId, { state: 'confirmed' });
    await changeIntent(em.fork(), {
      intentId,
      actor: 'workflow',
      to: IntentStatus.CONFIRMED,
      paymentTransferIds: [transferId],
    });
    expect((await emailsOf(store.storeId)).map(({ recipient }) => recipient)).toEqual(['me@example.org']);
    expect(await ask(intentId, 'me@example.org')).toBe('sent');
    expect(await emailsOf(store.storeId)).toHaveLength(1);
  });

  it('is in the language of the checkout when the address was left, and else in the store’s', async () => {
    const store = await storeWith({ emails_order_paid: false, locale: 'ja' });
    const localesOf = async (intentId: IntentId) =>
      (await emailsOf(store.storeId))
        .filter(({ subjectId }) => subjectId.startsWith(intentId))
        .map(({ kind, recipient, locale }) => [kind, recipient, locale]);
    const orderOf = async (languages: readonly (Language | null)[]) => {
      const intentId = await makeIntent(em, store, { status: IntentStatus.TEMP_WALLET_RECEIVED, queued: false });
      for (const language of languages) expect(await ask(intentId, 'a@example.org', language)).toBe('later');
      const paymentTransferIds = [await addTransfer(em, intentId, { state: 'confirmed' })];
      await changeIntent(em.fork(), { intentId, actor: 'workflow', to: IntentStatus.CONFIRMED, paymentTransferIds });
      return intentId;
    };
    const changed = await orderOf(['zh-TW', 'es']);
    expect(await ask(changed, 'b@example.org', 'zh-CN')).toBe('sent');
    const { data } = sampleInput('shopper_refund', 'en');
    await queueShopperEmail(em.fork(), { kind: 'shopper_refund', subjectId: `${changed}:r`, intentId: changed, data });
    expect(await localesOf(changed)).toEqual([
      ['shopper_receipt', 'a@example.org', 'es'],
      ['shopper_receipt', 'b@example.org', 'zh-CN'],
      ['shopper_refund', 'a@example.org', 'es'],
    ]);
    expect(await localesOf(await orderOf([null]))).toEqual([['shopper_receipt', 'a@example.org', 'ja']]);
    const asked = await orderOf([]);
    await ask(asked, 'a@example.org', 'es');
    await queueShopperEmail(em.fork(), { kind: 'shopper_refund', subjectId: `${asked}:r`, intentId: asked, data });
    expect((await localesOf(asked)).map(([, , locale]) => locale)).toEqual(['es', 'es']);
  });

  it('is sent at once after the confirmation, to a few addresses at most, and never for an unpaid order', async () => {
    const store = await storeWith({ emails_order_paid: false });
    const { intentId } = await pay(store);
    for (const name of ['a', 'b', 'c']) expect(await ask(intentId, `${name}@example.org`)).toBe('sent');
    expect(await ask(intentId, 'd@example.org')).toBe('tooMany');
    expect(await emailsOf(store.storeId)).toHaveLength(3);
    const expired = await makeIntent(em, store, { status: IntentStatus.TIMEOUT, queued: false });
    expect(await ask(expired, 'a@example.org')).toBe('closed');
    expect(await ask('0'.repeat(24) as never, 'a@example.org')).toBeNull();
  });
});

describe('a receiver', () => {
  const fail = async (eventId: string, attempt: number, more: { responseStatus?: number; state?: 'disabled' } = {}) =>
    await recordWebhookAttempt(em, {
      eventId,
      attemptKey: `run-${attempt}`,
      url: 'https://shop.example/hook',
      startedAt: new Date(),
      durationMs: 3,
      responseStatus: more.responseStatus ?? 500,
      responseExcerpt: null,
      ...{
        error: 'the receiver responded with 500',
        requestHeaders: {},
        state: more.state ?? 'pending',
        nextAttemptAt: null,
      },
    });

  it('that fails for the third time after some minutes sends an e-mail, once a day for each store', async () => {
    const store = await storeWith();
    for (const turn of [1, 2]) {
      const eventId = await makeWebhookEvent(em, await makeIntent(em, store, { queued: false }));
      for (const attempt of [1, 2, 2, 3, 4]) await fail(eventId, attempt);
      if (turn === 1) expect(await emailsOf(store.storeId)).toEqual([]);
      await em
        .fork()
        .execute(`update webhook_event set created_at = now() - interval '5 minutes' where id = ?`, [eventId]);
      for (const attempt of [5, 6]) await fail(eventId, attempt);
    }
    const young = await makeWebhookEvent(em, await makeIntent(em, store, { queued: false }));
    await fail(young, 1);
    expect(await emailsOf(store.storeId)).toMatchObject([
      { kind: 'receiver_failing', data: { attempts: 5, lastError: 'the receiver responded with 500' } },
    ]);
  });

  it('that returns 410 sends an e-mail', async () => {
    const store = await storeWith();
    const eventId = await makeWebhookEvent(em, await makeIntent(em, store, { queued: false }));
    await fail(eventId, 1, { responseStatus: 410, state: 'disabled' });
    expect(await emailsOf(store.storeId)).toMatchObject([
      { kind: 'receiver_disabled', data: { url: 'https://shop.example/hook' } },
    ]);
  });
});

describe('a change of the receiving address or webhook URL', () => {
  const OLD = toChecksumAddress(`0x${'12'.repeat(20)}`);
  const NEW = toChecksumAddress(`0x${'23'.repeat(20)}`);
  const withPeople = async (): Promise<TestStore> => {
    const store = await storeWith({ receiver: OLD, webhook_url: 'https://shop.example/hook' });
    for (const [name, role] of Object.entries({ ann: 'owner', bob: 'owner', eve: 'manager' })) {
      await em
        .fork()
        .execute(
          'insert into member (merchant_id, user_id, email, role) select merchant_id, ?, ?, ? from store where id = ?',
          [randomBytes(8).toString('hex'), `${name}@shop.example`, role, store.storeId],
        );
    }
    return store;
  };

  it('e-mails every owner, whatever the settings say, with shortened values and no secrets of a URL', async () => {
    const store = await withPeople();
    const actor = { kind: 'member', id: 'u1', email: 'eve@shop.example' } as const;
    const webhookUrl = 'https://evil.example/in/5ecre7-5ecre7-5ecre7?token=5ecre7';
    await updateCheckedStore(em, store.storeId, { receiver: NEW, webhookUrl, name: 'New name' }, actor);
    const emails = await emailsOf(store.storeId);
    expect(emails.map(({ kind, recipient, queued }) => [kind, recipient, queued])).toEqual([
      ['settings_changed', 'ann@shop.example', true],
      ['settings_changed', 'bob@shop.example', true],
    ]);
    expect(emails[0]?.data).toMatchObject({
      changedBy: 'eve@shop.example',
      changes: [
        { setting: 'receiver', from: '0x12121212…12121212', to: '0x23232323…23232323' },
        { setting: 'webhook', from: 'https://shop.example/hook', to: 'https://evil.example/in…' },
      ],
    });
    expect(JSON.stringify(emails)).not.toContain('5ecre7');
  });

  it('sends an e-mail each time, also for a command, but not when the same value or another setting is saved', async () => {
    const store = await withPeople();
    await updateCheckedStore(em, store.storeId, {
      receiver: OLD,
      webhookUrl: 'https://shop.example/hook',
      name: 'Other',
    });
    expect(await emailsOf(store.storeId)).toEqual([]);
    await updateStore(em, store.storeId, { webhookUrl: null });
    await updateStore(em, store.storeId, { webhookUrl: 'https://shop.example/hook' });
    await updateStore(em, store.storeId, { webhookUrl: null });
    const received = (await emailsOf(store.storeId)).filter(({ recipient }) => recipient === 'ann@shop.example');
    expect(received).toHaveLength(3);
    expect(received[0]?.data).toMatchObject({ changedBy: null });
  });
});

it('a transaction that fails queues nothing', async () => {
  const store = await storeWith();
  const queue = (inner: Em) =>
    queueEmail(inner, {
      kind: 'store_activated',
      subjectId: store.storeId,
      recipient: 'a@shop.example',
      storeId: store.storeId,
      data: { link: 'https://pay.example/dashboard' },
    });
  await expect(
    em.fork().transactional(async (inner) => {
      await queue(inner);
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await emailsOf(store.storeId)).toEqual([]);
  await em.fork().transactional(queue);
  await em.fork().transactional(queue);
  expect(await emailsOf(store.storeId)).toMatchObject([{ kind: 'store_activated', locale: 'en', queued: true }]);
});
