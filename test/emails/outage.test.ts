// Resend and a mail server that are down for a day, and one that never comes back, on the time-skipping server: the attempts are
// really made.
import { randomBytes } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEmailActivities } from '#activities/email.ts';
import { createResendTransport } from '#activities/email-resend.ts';
import { createSmtpTransport } from '#activities/email-smtp.ts';
import type { EmailTransport } from '#activities/email-transport.ts';
import { queueEmail } from '#db/delivery/queue-emails.ts';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { renderEmail } from '#emails/render-email.ts';
import { type ResendDouble, startResendDouble } from '#simulate/doubles/resend.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeStore } from '#test/support/intents.ts';
import { installQuietRuntime } from '#test/support/quiet-runtime.ts';
import { createTimeSkippingEnvironment } from '#test/support/temporal.ts';
import { cachedBundle } from '#worker/workflow-bundle.ts';
import { emailWorkflowId, WorkflowType } from '#workflows/messages.ts';
import { type MailServer, startMailServer } from './mail-server.ts';

const DAY_MS = 86_400_000;
let environment: TestWorkflowEnvironment;
let database: TestDatabase;
let orm: Orm;
let resend: ResendDouble;
let mailServer: MailServer;
const transports: EmailTransport[] = [];
const workers: Worker[] = [];
const running: Promise<void>[] = [];

beforeAll(async () => {
  installQuietRuntime();
  [environment, database, resend, mailServer] = await Promise.all([
    createTimeSkippingEnvironment(),
    createTestDatabase(),
    startResendDouble(),
    startMailServer(),
  ]);
  orm = await openOrm({ databaseUrl: database.url });
  transports.push(
    createResendTransport({ apiKey: 're_test', baseUrl: resend.url }),
    createSmtpTransport(mailServer.url),
  );
  for (const transport of transports) {
    const worker = await Worker.create({
      connection: environment.nativeConnection,
      taskQueue: queueOf(transport.name),
      workflowBundle: await cachedBundle(),
      activities: createEmailActivities({
        em: orm.em,
        transport,
        renderEmail,
        from: 'no-reply@pay.example',
        publicUrl: 'https://pay.example',
      }),
      shutdownGraceTime: 0,
    });
    workers.push(worker);
    running.push(worker.run());
  }
});
afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await Promise.all(running);
  for (const transport of transports) await transport.close();
  await environment?.teardown();
  await resend?.close();
  await mailServer?.close();
  await orm?.close();
  await database?.drop();
});

const run = randomBytes(4).toString('hex');
const queueOf = (transport: EmailTransport['name']): string => `outage-${run}-${transport}`;

const start = async (transport: EmailTransport['name']) => {
  const { storeId } = await makeStore(orm.em);
  await queueEmail(orm.em.fork(), {
    kind: 'store_activated',
    subjectId: storeId,
    recipient: 'owner@shop.example',
    storeId,
    data: { link: 'https://pay.example/dashboard' },
  });
  const { id } = await orm.em.fork().findOneOrFail(EmailMessage, { subjectId: storeId });
  const handle = await environment.client.workflow.start(WorkflowType.emailDelivery, {
    workflowId: emailWorkflowId(id),
    taskQueue: queueOf(transport),
    args: [{ messageId: id }],
  });
  return { id, handle };
};
const messageOf = (id: string) => orm.em.fork().findOneOrFail(EmailMessage, id);

it('a message survives an outage of a day and arrives once, with growing pauses', {
  timeout: 120_000,
}, async () => {
  resend.setDown(true);
  mailServer.setDown(true);
  const messages = [await start('resend'), await start('smtp')] as const;
  await environment.sleep(DAY_MS);
  for (const { id } of messages) {
    const { attempts, state } = await messageOf(id);
    expect(state).toBe('pending');
    // Five seconds, times three each time, to two hours: seven pauses until then, and one every two hours from there.
    expect(attempts).toBeGreaterThan(10);
    expect(attempts).toBeLessThan(30);
  }
  resend.setDown(false);
  mailServer.setDown(false);
  for (const { id, handle } of messages) {
    expect(await handle.result()).toBe('sent');
    expect(await messageOf(id)).toMatchObject({ state: 'sent', lastError: null });
    // However long it took: the history of a message that was taken at once.
    expect((await handle.fetchHistory()).events).toHaveLength(11);
  }
  expect(resend.deliveries).toBe(1);
  expect(new Set(resend.requests.map(({ body }) => body)).size).toBe(1);
  expect(mailServer.received).toHaveLength(1);
});

it('a message that is not accepted for four days fails with the reason', { timeout: 120_000 }, async () => {
  resend.setDown(true);
  const { id, handle } = await start('resend');
  expect(await handle.result()).toBe('failed');
  expect(await messageOf(id)).toMatchObject({
    state: 'failed',
    lastError: 'Resend returned 500 (internal_server_error)',
  });
});
