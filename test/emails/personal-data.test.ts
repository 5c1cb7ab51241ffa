// Histories, memos and search attributes of Temporal are free of personal data: of orders and webhooks, and of every kind of e-mail, so
// of refunds, recovery and waiting changes too; also when something fails and quotes what it was about.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { SendFailure } from '#activities/email-transport.ts';
import { queueEmail } from '#db/delivery/queue-emails.ts';
import { WebhookEvent } from '#db/entities/delivery.entity.ts';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { EMAIL_KINDS, type EmailKind } from '#domain/email-data.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { sampleInput } from '#emails/samples.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { findLeaks, historiesOf, type Place } from '#test/e2e/support/leaks.ts';
import { makeIntent, makeStore } from '#test/support/intents.ts';
import { type PaymentSystem, startPaymentSystem } from '#test/support/payment-system.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';
import { testTemporal } from '#test/support/temporal.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let system: PaymentSystem;
let receiver: TestReceiver;
/** Recipients whose first attempt has failed. */
const failed = new Set<string>();
const failOnce = (recipient: string, failure: Error): void => {
  if (failed.has(recipient)) return;
  failed.add(recipient);
  throw failure;
};

beforeAll(async () => {
  [system, receiver] = await Promise.all([
    startPaymentSystem({
      // As a bug in a template would: the error quotes the data.
      wrapRender: (render) => (input) => {
        if (input.kind === 'invitation') failOnce('invitation', new Error(`no text for ${JSON.stringify(input)}`));
        return render(input);
      },
      wrapTransport: (mailbox) => ({
        ...mailbox,
        async send(email) {
          if (email.to.startsWith('refund')) {
            const cause = new Error(`451 busy: ${email.to}`);
            failOnce(email.to, new SendFailure('The mail server returned 451', { isWorthRetrying: true }, { cause }));
          }
          return await mailbox.send(email);
        },
      }),
    }),
    startReceiver(),
  ]);
});
afterAll(async () => {
  await system?.stop();
  await receiver?.stop();
});

/** Of all runs of an order's workflow. */
const historiesOfOrder = async (intentId: IntentId): Promise<Place[]> => {
  const { address, namespace } = testTemporal();
  const { workflowId } = await system.handleOf(intentId);
  return await waitFor(
    async () => {
      const found = await historiesOf(address, namespace, `WorkflowId = '${workflowId}'`);
      return found.length > 0 ? found : undefined;
    },
    { what: `the history of ${workflowId}`, timeoutMs: 30_000 },
  );
};

/** Every string of it, long enough to rule out chance. */
const stringsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return value.length >= 12 ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
};

test('every kind of e-mail: neither recipient nor contents', async () => {
  const store = await makeStore(system.em, receiver.url);
  const intentId = await makeIntent(system.em, store, { queued: false });
  // Some kinds show the payment.
  await system.confirm(intentId, await system.see(intentId));
  await system.untilStatus(intentId, IntentStatus.CONFIRMED);
  const recipientOf = (kind: EmailKind): string =>
    `${kind.includes('refund') ? 'refund' : 'person'}.${kind.replaceAll('_', '-')}@private.example`;
  for (const kind of EMAIL_KINDS) {
    const { data } = sampleInput(kind, 'en');
    // Links of secret e-mails are valid for an hour.
    const fresh = 'expiresAt' in data ? { expiresAt: new Date(Date.now() + 3_600_000).toISOString() } : {};
    await queueEmail(system.em.fork(), {
      kind,
      subjectId: intentId,
      recipient: recipientOf(kind),
      storeId: store.storeId,
      intentId,
      data: { ...data, ...fresh } as never,
    });
  }
  await waitFor(
    async () => (await system.em.fork().count(EmailMessage, { subjectId: intentId, state: 'pending' })) === 0,
    { what: 'the e-mails', timeoutMs: 120_000 },
  );
  expect([...failed].sort()).toEqual(
    ['invitation', ...EMAIL_KINDS.filter((kind) => kind.includes('refund')).map(recipientOf)].sort(),
  );
  const places = await historiesOfOrder(intentId);
  for (const { id, kind, recipient } of await system.em.fork().find(EmailMessage, { subjectId: intentId })) {
    const contents = stringsIn(sampleInput(kind, 'en').data);
    const personal = Object.fromEntries([recipient, ...contents].map((text) => [text, text]));
    expect([kind, findLeaks(places, personal)]).toEqual([kind, []]);
    // It would find what is there.
    expect(findLeaks(places, { id }).length).toBeGreaterThan(0);
  }
});

test('an order and its webhook, whose receiver quotes it in an error', async () => {
  const store = await makeStore(system.em, receiver.url);
  const intentId = await makeIntent(system.em, store, { queued: false, orderId: 'A-1042-order-of-the-shop' });
  const personal = {
    user: 'user-4711-of-the-shop',
    name: 'Zora Quist-Ahlgren',
    description: 'Insulin for Zora Quist-Ahlgren',
    email: 'zora.quist@private.example',
    extra: 'Ringvägen 100, Stockholm',
    url: 'https://shop.example/thanks/zora-quist',
  };
  await system.em.fork().nativeUpdate(CheckoutIntent, { id: intentId }, {
    userId: personal.user,
    userName: personal.name,
    orderDescription: personal.description,
    shopperEmail: personal.email,
    extra: { address: personal.extra },
    redirectUrl: personal.url,
  } as never);
  let calls = 0;
  receiver.response = ({ body }) => {
    calls += 1;
    return calls === 1 ? { status: 500, body } : { status: 200 };
  };
  await system.confirm(intentId, await system.see(intentId));
  await system.untilStatus(intentId, IntentStatus.CONFIRMED);
  const event = await waitFor(
    async () => (await system.em.fork().findOne(WebhookEvent, { intent: intentId, state: 'delivered' })) ?? undefined,
    { what: 'the webhook', timeoutMs: 60_000 },
  );
  expect(calls).toBe(2);
  expect(receiver.received.at(-1)?.body).toContain(personal.user);
  const places = await historiesOfOrder(intentId);
  expect(findLeaks(places, { event: event.id }).length).toBeGreaterThan(0);
  expect(findLeaks(places, personal)).toEqual([]);
  // The shop's own number of the order is a search attribute: operators find a payment by it (decision 0065).
  expect(findLeaks(places, { order: 'A-1042-order-of-the-shop' })).toHaveLength(1);
});
