// Sends e-mails to a Resend double with its limits and failures, a real SMTP server, and the mailbox of development. Each attempt
// is the activity itself; outage.test.ts tests the workflow around it.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEmailActivities, type EmailActivities } from '#activities/email.ts';
import { createMailboxTransport } from '#activities/email-mailbox.ts';
import { createResendTransport } from '#activities/email-resend.ts';
import { createSmtpTransport } from '#activities/email-smtp.ts';
import type { EmailTransport } from '#activities/email-transport.ts';
import { recordEmailDelivery, unreachedAddresses } from '#db/delivery/email-delivery.ts';
import { takeTurn } from '#db/delivery/email-pace.ts';
import { queueEmail } from '#db/delivery/queue-emails.ts';
import { EmailMessage, MailboxMessage } from '#db/entities/email.entity.ts';
import { TimelineEvent } from '#db/entities/intent.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { type Em, type Orm, openOrm } from '#db/orm.ts';
import { EMAIL_KINDS, type EmailKind } from '#domain/email-data.ts';
import type { IntentId } from '#domain/ids.ts';
import { renderEmail } from '#emails/render-email.ts';
import { sampleInput } from '#emails/samples.ts';
import { type ResendDouble, startResendDouble } from '#simulate/doubles/resend.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeIntent, makeStore, type TestStore } from '#test/support/intents.ts';
import { type MailServer, startMailServer } from './mail-server.ts';

const ONE_ATTEMPT = fileURLToPath(new URL('./one-attempt.ts', import.meta.url));
let database: TestDatabase;
let orm: Orm;
let em: Em;
let store: TestStore;
let resend: ResendDouble;
let mailServer: MailServer;
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
  em = orm.em;
  store = await makeStore(em);
  [resend, mailServer] = await Promise.all([startResendDouble(), startMailServer()]);
});
afterAll(async () => {
  await resend?.close();
  await mailServer?.close();
  await orm?.close();
  await database?.drop();
});
beforeEach(() => {
  resend.reset();
  mailServer.reset();
});
const opened: EmailTransport[] = [];
afterEach(async () => await Promise.all(opened.splice(0).map((transport) => transport.close())));

const over = (transport: EmailTransport): EmailActivities => {
  opened.push(transport);
  return createEmailActivities({
    em,
    transport,
    renderEmail,
    from: 'Checkout <no-reply@pay.example>',
    publicUrl: 'https://pay.example',
    attachmentsOf: async ({ kind }) =>
      kind === 'daily_report'
        ? [{ filename: 'orders.csv', contentType: 'text/csv', content: Buffer.from('﻿id\r\n1\r\n') }]
        : [],
  });
};
const overResend = () => over(createResendTransport({ apiKey: 're_test', baseUrl: resend.url }));
const overSmtp = () => over(createSmtpTransport(mailServer.url));

const send = (activities: EmailActivities, id: string): Promise<string> =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(
    activities.sendEmail,
    id,
  ) as Promise<string>;
/** Retries as Temporal does, without its pauses. */
const sendUntilTaken = async (activities: EmailActivities, id: string): Promise<string> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(activities, id);
    } catch (error) {
      if (attempt === 30) throw error;
    }
  }
};

interface Queued {
  id: string;
  intentId: IntentId;
}
const queueCreated = async (recipient = `${randomBytes(6).toString('hex')}@shop.example`): Promise<Queued> => {
  const intentId = await makeIntent(em, store, { queued: false, orderId: 'A-1' });
  await queueEmail(em.fork(), {
    kind: 'order_created',
    subjectId: intentId,
    recipient,
    storeId: store.storeId,
    intentId,
    data: {},
  });
  const { id } = await em.fork().findOneOrFail(EmailMessage, { subjectId: intentId });
  return { id, intentId };
};
const messageOf = (id: string) => em.fork().findOneOrFail(EmailMessage, id);
const timelineOf = async (intentId: IntentId) =>
  (await em.fork().find(TimelineEvent, { intent: intentId, kind: 'email' }, { orderBy: { id: 'asc' } })).map(
    ({ data }) => data.state,
  );

describe('Resend', () => {
  it('accepts a message once, and the order shows it', async () => {
    const { id, intentId } = await queueCreated();
    expect(await send(overResend(), id)).toBe('sent');
    expect(await send(overResend(), id)).toBe('sent');
    expect(resend.requests).toHaveLength(1);
    expect(resend.accepted.get(id)).toMatchObject({
      from: 'Checkout <no-reply@pay.example>',
      subject: 'New order A-1: 10.0000 USDT',
      text: expect.stringMatching(
        /Expected fee: 0\.1000 USDT\n.+\nAccepted coins: USDT\nAccepted networks: Local Chain A\n/,
      ),
    });
    expect(await messageOf(id)).toMatchObject({
      state: 'sent',
      transport: 'resend',
      attempts: 1,
      html: null,
      lastError: null,
    });
    expect(await timelineOf(intentId)).toEqual(['sent']);
  });

  it('gets the same key and bytes again after a connection broke that had accepted the message', async () => {
    const { id } = await queueCreated();
    resend.failNext('accept and hang up', 500);
    await em.fork().execute(`update store set name = 'Renamed' where id = ?`, [store.storeId]);
    const activities = overResend();
    await expect(send(activities, id)).rejects.toThrow('Resend could not be reached');
    // The first rendering stays, although the store is renamed.
    await em.fork().execute(`update store set name = 'Renamed again' where id = ?`, [store.storeId]);
    await expect(send(activities, id)).rejects.toThrow('Resend returned 500');
    expect(await messageOf(id)).toMatchObject({
      state: 'pending',
      attempts: 2,
      lastError: 'Resend returned 500 (internal_server_error)',
    });
    expect(await send(activities, id)).toBe('sent');
    expect(new Set(resend.requests.map(({ body }) => body)).size).toBe(1);
    expect(resend.requests).toHaveLength(3);
    expect(resend.accepted.size).toBe(1);
  });

  it('pauses all messages after 429, for as long as Retry-After says', async () => {
    const [first, second] = [await queueCreated(), await queueCreated()];
    resend.failNext(429);
    const activities = overResend();
    const failure = await send(activities, first.id).catch((error: { nextRetryDelay?: number }) => error);
    expect(failure).toMatchObject({ message: 'Resend returned 429 (rate_limit_exceeded)', nextRetryDelay: 2_000 });
    const [pace] = await em
      .fork()
      .execute<{ held: boolean }[]>(`select next_at > clock_timestamp() + interval '500 ms' as held from email_pace`);
    expect(pace?.held).toBe(true);
    await em.fork().execute('delete from email_pace');
    expect(await send(activities, first.id)).toBe('sent');
    expect(await send(activities, second.id)).toBe('sent');
  });

  it('gets each message of a storm once, although it rejects, fails and disconnects at random', async () => {
    const queued = await Promise.all(Array.from({ length: 12 }, () => queueCreated()));
    resend.storm(0.4);
    // Two workers share the turns of one row. The double counts too, and rejects a sixth request within a second.
    const workers = [overResend(), overResend()] as const;
    await Promise.all(queued.map(({ id }, index) => sendUntilTakenSoon(workers[index % 2 === 0 ? 0 : 1], id)));
    expect([...resend.accepted.keys()].sort()).toEqual(queued.map(({ id }) => id).sort());
    expect(resend.deliveries).toBe(queued.length);
  });
  const sendUntilTakenSoon = async (activities: EmailActivities, id: string): Promise<void> => {
    await em.fork().execute(`update email_pace set next_at = least(next_at, clock_timestamp())`);
    await sendUntilTaken(activities, id).catch(async () => await sendUntilTakenSoon(activities, id));
  };

  it('gets a message once although the process is killed after it was accepted and before that was stored', async () => {
    const { id } = await queueCreated();
    resend.failNext('accept and say nothing');
    // Clears the pauses of the storm before it.
    await em.fork().execute('delete from email_pace');
    const child = spawn(process.execPath, [ONE_ATTEMPT, database.url, resend.url, id], { stdio: 'inherit' });
    const ended = once(child, 'exit');
    await expect.poll(() => resend.accepted.has(id), { timeout: 60_000 }).toBe(true);
    child.kill('SIGKILL');
    await ended;
    expect(await messageOf(id)).toMatchObject({ state: 'pending' });
    expect(await send(overResend(), id)).toBe('sent');
    expect(resend.deliveries).toBe(1);
    expect(resend.requests).toHaveLength(2);
    expect(new Set(resend.requests.map(({ body }) => body)).size).toBe(1);
  });

  it.each([422, 400] as const)('gets no retry after %i, and the reason is stored', async (status) => {
    const { id, intentId } = await queueCreated();
    resend.failNext(status);
    expect(await send(overResend(), id)).toBe('failed');
    expect(await messageOf(id)).toMatchObject({
      state: 'failed',
      lastError: `Resend returned ${status} (validation_error)`,
    });
    expect(await timelineOf(intentId)).toEqual(['failed']);
  });

  it('gets a retry when a gateway before it replies with an error of its own', async () => {
    const { id } = await queueCreated();
    resend.failNext('gateway');
    const activities = overResend();
    await expect(send(activities, id)).rejects.toThrow('Resend returned an error');
    expect(await messageOf(id)).toMatchObject({ state: 'pending', lastError: 'Resend returned an error' });
    expect(await send(activities, id)).toBe('sent');
  });

  it('gets a later retry when it rejects our key or has no quota left', async () => {
    const { id } = await queueCreated();
    resend.failNext(403, 'quota');
    const activities = overResend();
    await expect(send(activities, id)).rejects.toMatchObject({ nextRetryDelay: 600_000 });
    await expect(send(activities, id)).rejects.toMatchObject({ nextRetryDelay: 3_600_000 });
    await em.fork().execute('delete from email_pace');
    expect(await send(activities, id)).toBe('sent');
  });

  it('gets no message for an address that bounced for this store, in any spelling', async () => {
    const bounced = await queueCreated('Gone@shop.example');
    await send(overResend(), bounced.id);
    const { providerId } = await messageOf(bounced.id);
    expect(await recordEmailDelivery(em, providerId ?? '', 'delivered', null)).toBe(true);
    expect(await recordEmailDelivery(em, providerId ?? '', 'bounced', 'bounced: no such mailbox')).toBe(true);
    expect(await recordEmailDelivery(em, providerId ?? '', 'bounced', 'bounced: no such mailbox')).toBe(true);
    expect(await recordEmailDelivery(em, 'unknown', 'bounced', null)).toBe(false);
    expect(await timelineOf(bounced.intentId)).toEqual(['sent', 'delivered', 'bounced']);
    const later = await queueCreated('gone@shop.example');
    expect(await send(overResend(), later.id)).toBe('failed');
    expect(await messageOf(later.id)).toMatchObject({
      state: 'failed',
      lastError: 'not sent: an earlier message to this address bounced',
    });
    expect(resend.accepted.has(later.id)).toBe(false);
  });

  it('gets no message of an applicant’s store, unless the person works for it', async () => {
    const merchant = '(select merchant_id from store where id = ?)';
    const setStatus = (status: string) =>
      em.fork().execute(`update merchant set status = ? where id = ${merchant}`, [status, store.storeId]);
    await em
      .fork()
      .execute(
        `insert into member (merchant_id, user_id, email, role) values (${merchant}, 'u-own', 'Own@shop.example', 'owner')`,
        [store.storeId],
      );
    await setStatus('applied');
    try {
      const [own, stranger] = [await queueCreated('own@shop.example'), await queueCreated('victim@else.example')];
      expect(await sendUntilTaken(overResend(), own.id)).toBe('sent');
      expect(await send(overResend(), stranger.id)).toBe('failed');
      expect(await messageOf(stranger.id)).toMatchObject({
        lastError: 'not sent: until the merchant is active, its test store mails its own people only',
      });
      expect(resend.accepted.has(stranger.id)).toBe(false);
    } finally {
      await setStatus('active');
    }
  });

  it.each(['bounced', 'complained'] as const)('gets security messages of every kind, after one %s', async (state) => {
    const first = await queueCreated(`${state}@shop.example`);
    await send(overResend(), first.id);
    await recordEmailDelivery(em, (await messageOf(first.id)).providerId ?? '', state, state);
    const sent: EmailKind[] = [];
    const activities = overResend();
    for (const kind of EMAIL_KINDS) {
      const { data } = sampleInput(kind, 'en');
      const subjectId = `${state}:${kind}`;
      // The samples' links are old.
      const valid = { ...data, ...('expiresAt' in data ? { expiresAt: '2999-01-01T00:00:00.000Z' } : {}) } as never;
      const recipient = `${state.toUpperCase()}@shop.example`;
      await queueEmail(em.fork(), { kind, subjectId, recipient, storeId: store.storeId, data: valid });
      const { id } = await em.fork().findOneOrFail(EmailMessage, { subjectId });
      if ((await sendUntilTaken(activities, id)) === 'sent') sent.push(kind);
    }
    expect(sent).toEqual([
      'password_reset',
      'email_verification',
      'account_notice',
      'new_key',
      'new_device',
      'log_in_attempts',
      'settings_changed',
      'change_waits',
      'change_canceled',
      'team_changed',
      'store_suspended',
      'audit_head',
      'operator_alert',
    ]);
    const { merchant } = await em.fork().findOneOrFail(Store, store.storeId);
    const found = await unreachedAddresses(em, merchant.id, [`${state}@SHOP.example`, 'other@shop.example']);
    expect([...found]).toEqual([[`${state}@shop.example`, state]]);
  });
});

it('turns are a fixed time apart, for any number of workers', async () => {
  const turns = await Promise.all(Array.from({ length: 5 }, () => takeTurn(em, 'test', 1_000)));
  const waits = turns.map((turn) => (turn.granted ? turn.waitMs : Number.NaN)).sort((a, b) => a - b);
  expect(waits).toHaveLength(5);
  // Each turn is a second after the one before it.
  expect(waits.map((wait) => Math.ceil(wait / 1_000))).toEqual([0, 1, 2, 3, 4]);
  for (let index = 0; index < 20; index += 1) await takeTurn(em, 'test', 1_000);
  expect(await takeTurn(em, 'test', 1_000)).toMatchObject({ granted: false });
});

describe('SMTP', () => {
  it('carries the whole message, once', async () => {
    const { id } = await queueCreated('orders@shop.example');
    expect(await send(overSmtp(), id)).toBe('sent');
    expect(await send(overSmtp(), id)).toBe('sent');
    expect(mailServer.received).toHaveLength(1);
    const [{ source, recipients } = { source: '', recipients: [] }] = mailServer.received;
    expect(recipients).toEqual(['orders@shop.example']);
    expect(source).toContain(`Message-ID: <${id}@pay.example>`);
    expect(source).toContain('Content-Type: text/plain');
    expect(source).toContain('Content-Type: text/html');
  });

  it('gets the same bytes under the same Message-ID when its reply was lost', async () => {
    const { id } = await queueCreated();
    mailServer.hangUpAfterTaking();
    const activities = overSmtp();
    await expect(send(activities, id)).rejects.toThrow('The mail server');
    expect(await send(activities, id)).toBe('sent');
    // It arrives twice, and is one message by its Message-ID (decision 0044).
    expect(mailServer.received).toHaveLength(2);
    expect(new Set(mailServer.received.map(({ source }) => source)).size).toBe(1);
  });

  it('gets every message of a storm, with identical copies, although it rejects and disconnects at random', async () => {
    const queued = await Promise.all(Array.from({ length: 12 }, () => queueCreated()));
    mailServer.storm(0.4);
    const workers = [overSmtp(), overSmtp()] as const;
    const ends = queued.map(({ id }, index) => sendUntilTaken(workers[index % 2 === 0 ? 0 : 1], id));
    expect(new Set(await Promise.all(ends))).toEqual(new Set(['sent']));
    // By Message-ID each message is there once.
    const copies = new Set(mailServer.received.map(({ source }) => source));
    const ids = [...copies].map((source) => /^Message-ID: <(.+)@pay\.example>\r$/m.exec(source)?.[1]);
    expect(ids.sort()).toEqual(queued.map(({ id }) => id).sort());
  });

  it('gets no retry for a recipient that it rejects permanently, and one for a temporary rejection', async () => {
    const gone = await queueCreated('gone-550@shop.example');
    expect(await send(overSmtp(), gone.id)).toBe('failed');
    expect(await messageOf(gone.id)).toMatchObject({ state: 'failed', lastError: 'The mail server returned 550' });
    const busy = await queueCreated('busy-451@shop.example');
    await expect(send(overSmtp(), busy.id)).rejects.toThrow('The mail server returned 451');
    expect(await messageOf(busy.id)).toMatchObject({ state: 'pending', attempts: 1 });
  });

  it('carries attachments and List-Unsubscribe', async () => {
    const { sampleInput } = await import('#emails/samples.ts');
    const { data } = sampleInput('daily_report', 'en');
    await queueEmail(em.fork(), {
      kind: 'daily_report',
      subjectId: 'report-1',
      recipient: 'a@shop.example',
      storeId: store.storeId,
      data,
    });
    const { id } = await em.fork().findOneOrFail(EmailMessage, { subjectId: 'report-1' });
    expect(await send(overSmtp(), id)).toBe('sent');
    const source = mailServer.received[0]?.source ?? '';
    expect(source).toContain('List-Unsubscribe: <https://pay.example.com/mail/unsubscribe?token=sample>');
    expect(source).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(source).toContain('filename=orders.csv');
  });
});

it('the mailbox of development stores the whole message; its secret link is deleted from the queue', async () => {
  const link = 'https://pay.example/account/open?token=secret-secret';
  await queueEmail(em.fork(), {
    kind: 'password_reset',
    subjectId: 'user-1:1',
    recipient: 'me@shop.example',
    data: { link, expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
  });
  const { id } = await em.fork().findOneOrFail(EmailMessage, { subjectId: 'user-1:1' });
  const activities = over(createMailboxTransport(em));
  expect(await send(activities, id)).toBe('sent');
  const kept = await em.fork().findOneOrFail(MailboxMessage, id);
  expect(kept.html).toContain(link);
  expect(kept.plainText).toContain(link);
  expect(kept.source).toContain('Subject: Set a new password');
  const [row] = await em
    .fork()
    .execute<{ whole: string }[]>('select m::text as whole from email_message m where id = ?', [id]);
  expect(row?.whole).not.toContain('secret-secret');
});

it('an expired link is not sent after an outage, and is deleted from the queue', async () => {
  await queueEmail(em.fork(), {
    kind: 'password_reset',
    subjectId: 'user-2:1',
    recipient: 'me@shop.example',
    data: { link: 'https://pay.example/account/open?token=secret', expiresAt: new Date(Date.now() - 1).toISOString() },
  });
  const { id } = await em.fork().findOneOrFail(EmailMessage, { subjectId: 'user-2:1' });
  expect(await send(overResend(), id)).toBe('failed');
  expect(await messageOf(id)).toMatchObject({ state: 'failed', lastError: 'not sent: its link had expired', data: {} });
  expect(resend.requests).toEqual([]);
});

it('a message whose attempts are used up keeps the last error', async () => {
  const { id } = await queueCreated();
  resend.failNext(500);
  const activities = overResend();
  await expect(send(activities, id)).rejects.toThrow();
  expect(await activities.giveUpEmail(id)).toBe('failed');
  expect(await messageOf(id)).toMatchObject({
    state: 'failed',
    lastError: 'Resend returned 500 (internal_server_error)',
  });
});
