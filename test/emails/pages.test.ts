// Mailbox and gallery of the development system, their absence elsewhere, and Resend's signed webhooks.
import { createHmac } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { markEmailSent } from '#db/delivery/email-delivery.ts';
import { keepInMailbox } from '#db/delivery/mailbox.ts';
import { queueEmail } from '#db/delivery/queue-emails.ts';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { TimelineEvent } from '#db/entities/intent.entity.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeIntent, makeStore } from '#test/support/intents.ts';
import { developmentMail } from '#web/development/mail/development-mail.ts';
import { resendEvents } from '#web/http/resend-events.ts';

const SECRET = `whsec_${Buffer.alloc(24, 5).toString('base64')}`;
let database: TestDatabase;
let orm: Orm;
let app: FastifyInstance;
beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
  app = Fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.decorateRequest('cspNonce', 'n');
  await app.register(developmentMail, { orm });
  await app.register(resendEvents, { orm, secret: SECRET });
});
afterAll(async () => {
  await app?.close();
  await orm?.close();
  await database?.drop();
});
const get = (url: string) => app.inject({ method: 'GET', url });

describe('the mailbox', () => {
  it('lists e-mails, and shows one as HTML, text and source, all escaped', async () => {
    expect((await get('/dev/mailbox')).body).toContain('No e-mail yet.');
    await keepInMailbox(orm.em, {
      id: 'eml_1',
      recipient: 'a@shop.example',
      subjectLine: 'Order <b>1</b>',
      html: '<p>Hello</p>',
      plainText: 'Hello <i>',
      source: 'Subject: Order <b>',
    });
    const list = (await get('/dev/mailbox')).body;
    expect(list).toContain('Order &#60;b&#62;1');
    expect(list).not.toContain('<b>1');
    expect((await get('/dev/mailbox?to=nobody%40shop.example')).body).toContain('No e-mail yet.');
    expect((await get('/dev/mailbox/eml_1')).body).toContain('src="/dev/mailbox/eml_1/html"');
    expect((await get('/dev/mailbox/eml_1?view=text')).body).toContain('Hello &#60;i&#62;');
    expect((await get('/dev/mailbox/eml_1?view=source')).body).toContain('Subject: Order &#60;b&#62;');
    const html = await get('/dev/mailbox/eml_1/html');
    expect(html.body).toBe('<p>Hello</p>');
    expect(html.headers['content-security-policy']).toMatch(/default-src 'none'.*sandbox/);
    for (const url of ['/dev/mailbox/eml_2', '/dev/mailbox/eml_2/html']) expect((await get(url)).statusCode).toBe(404);
  });
});

describe('Resend’s events', () => {
  const deliver = (event: unknown, headers: Record<string, string> = {}, secret = SECRET) => {
    const payload = JSON.stringify(event);
    const id = 'msg_1';
    const timestamp = headers['svix-timestamp'] ?? String(Math.floor(Date.now() / 1000));
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${payload}`).digest('base64');
    return app.inject({
      method: 'POST',
      url: '/mail/resend-events',
      payload,
      headers: {
        'content-type': 'application/json',
        'svix-id': id,
        'svix-timestamp': timestamp,
        'svix-signature': `v1,${Buffer.alloc(32).toString('base64')} v1,${signature}`,
        ...headers,
      },
    });
  };
  const bounced = {
    type: 'email.bounced',
    data: { email_id: 're-1', bounce: { type: 'Permanent', message: 'no\r\nsuch' } },
  };

  it('change the message and the timeline of its order, once however often they arrive', async () => {
    const store = await makeStore(orm.em);
    const intentId = await makeIntent(orm.em, store, { queued: false });
    await queueEmail(orm.em.fork(), {
      kind: 'order_created',
      subjectId: intentId,
      recipient: 'a@shop.example',
      storeId: store.storeId,
      intentId,
      data: {},
    });
    expect((await deliver(bounced)).statusCode).toBe(404); // Not stored yet: Resend retries.
    const { id } = await orm.em.fork().findOneOrFail(EmailMessage, { subjectId: intentId });
    await markEmailSent(orm.em, id, { transport: 'resend', providerId: 're-1' });
    const transient = { ...bounced, data: { ...bounced.data, bounce: { type: 'Transient' } } };
    expect((await deliver(transient)).json()).toEqual({ taken: false });
    expect((await deliver({ type: 'email.opened', data: { email_id: 're-1' } })).json()).toEqual({ taken: false });
    for (const _ of [1, 2]) expect((await deliver({ ...bounced, type: 'email.delivered' })).statusCode).toBe(200);
    for (const _ of [1, 2]) expect((await deliver(bounced)).statusCode).toBe(200);
    for (const _ of [1, 2]) expect((await deliver({ ...bounced, type: 'email.complained' })).statusCode).toBe(200);
    expect(await orm.em.fork().findOneOrFail(EmailMessage, id)).toMatchObject({ state: 'complained' });
    const events = await orm.em
      .fork()
      .find(TimelineEvent, { intent: intentId, kind: 'email' }, { orderBy: { id: 'asc' } });
    expect(events.map(({ data }) => data.state)).toEqual(['sent', 'delivered', 'bounced', 'complained']);
    expect(events[2]?.data.reason).toBe('bounced: no such');
  });

  it('are rejected when unsigned, signed with another secret, changed, or replayed after five minutes', async () => {
    expect((await deliver(bounced, { 'svix-signature': '' })).statusCode).toBe(401);
    expect((await deliver(bounced, { 'svix-signature': 'v1,AAAA' })).statusCode).toBe(401);
    expect((await deliver(bounced, {}, `whsec_${Buffer.alloc(24, 6).toString('base64')}`)).statusCode).toBe(401);
    for (const shift of [-301, 360]) {
      const timestamp = String(Math.floor(Date.now() / 1000) + shift);
      expect((await deliver(bounced, { 'svix-timestamp': timestamp })).statusCode).toBe(401);
    }
  });
});
