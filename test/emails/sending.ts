// Sends e-mails by the activity itself, on a database of its own: to a Resend double, to a real SMTP server, or over another transport.
import { randomBytes } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createEmailActivities, type EmailActivities } from '#activities/email.ts';
import { createResendTransport } from '#activities/email-resend.ts';
import { createSmtpTransport } from '#activities/email-smtp.ts';
import type { EmailTransport } from '#activities/email-transport.ts';
import { queueEmail } from '#db/delivery/queue-emails.ts';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { TimelineEvent } from '#db/entities/intent.entity.ts';
import { type Em, openOrm } from '#db/orm.ts';
import type { IntentId } from '#domain/ids.ts';
import { renderEmail } from '#emails/render-email.ts';
import { type ResendDouble, startResendDouble } from '#simulate/doubles/resend.ts';
import { createTestDatabase } from '#test/support/database.ts';
import { makeIntent, makeStore, type TestStore } from '#test/support/intents.ts';
import { type MailServer, startMailServer } from './mail-server.ts';

export interface Sending {
  em: Em;
  databaseUrl: string;
  store: TestStore;
  resend: ResendDouble;
  mailServer: MailServer;
  /** Both receivers as they were at first. */
  reset(): void;
  over(transport: EmailTransport): EmailActivities;
  overResend(): EmailActivities;
  overSmtp(): EmailActivities;
  closeTransports(): Promise<void>;
  /** One attempt. */
  send(activities: EmailActivities, id: string): Promise<string>;
  /** Retries as Temporal does, without its pauses. */
  sendUntilTaken(activities: EmailActivities, id: string): Promise<string>;
  /** The e-mail about a new order. */
  queueCreated(recipient?: string): Promise<{ id: string; intentId: IntentId }>;
  messageOf(id: string): Promise<EmailMessage>;
  /** What the order's timeline says of its e-mails. */
  timelineOf(intentId: IntentId): Promise<unknown[]>;
  close(): Promise<void>;
}

export const openSending = async (): Promise<Sending> => {
  const database = await createTestDatabase();
  const orm = await openOrm({ databaseUrl: database.url });
  const { em } = orm;
  const store = await makeStore(em);
  const [resend, mailServer] = await Promise.all([startResendDouble(), startMailServer()]);
  const opened: EmailTransport[] = [];

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
          ? [{ filename: 'orders.csv', contentType: 'text/csv', content: Buffer.from('\ufeffid\r\n1\r\n') }]
          : [],
    });
  };
  const send = (activities: EmailActivities, id: string): Promise<string> =>
    new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(
      activities.sendEmail,
      id,
    ) as Promise<string>;

  return {
    ...{ em, databaseUrl: database.url, store, resend, mailServer, over, send },
    reset() {
      resend.reset();
      mailServer.reset();
    },
    overResend: () => over(createResendTransport({ apiKey: 're_test', baseUrl: resend.url })),
    overSmtp: () => over(createSmtpTransport(mailServer.url)),
    async closeTransports() {
      await Promise.all(opened.splice(0).map((transport) => transport.close()));
    },
    async sendUntilTaken(activities, id) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await send(activities, id);
        } catch (error) {
          if (attempt === 30) throw error;
        }
      }
    },
    async queueCreated(recipient = `${randomBytes(6).toString('hex')}@shop.example`) {
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
    },
    messageOf: (id) => em.fork().findOneOrFail(EmailMessage, id),
    async timelineOf(intentId) {
      const where = { intent: intentId, kind: 'email' as const };
      const events = await em.fork().find(TimelineEvent, where, { orderBy: { id: 'asc' } });
      return events.map(({ data }) => data.state);
    },
    async close() {
      await resend.close();
      await mailServer.close();
      await orm.close();
      await database.drop();
    },
  };
};
