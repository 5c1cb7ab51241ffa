// E-mails and waiting money on an order's timeline: one line for each event, and none for what another line
// already says.
import { expect, test } from 'vitest';
import type { OrderDetails, OrderTimelineRow } from '#db/orders/order-details.ts';
import { IntentStatus } from '#domain/status.ts';
import { orderTimeline } from '#web/dashboard/orders/server/order-timeline.ts';

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

const email = (second: number, data: Record<string, unknown>): OrderTimelineRow => ({
  kind: 'email',
  statusFrom: null,
  statusTo: null,
  at: at(second),
  data: { email_id: 'e1', email_kind: 'order_paid', recipient: 'shop@example.com', ...data },
});

const details = (change: Partial<OrderDetails>): OrderDetails =>
  ({
    timeline: [],
    settlements: [],
    webhooks: [],
    waitingEmails: [],
    acts: [],
    ...change,
  }) as Partial<OrderDetails> as OrderDetails;

test('each step of an e-mail is one line with its name, its receiver and the error', () => {
  const timeline = [
    email(1, { state: 'sent' }),
    email(2, { state: 'delivered' }),
    email(3, { state: 'bounced', reason: 'no such mailbox' }),
  ];
  expect(orderTimeline(details({ timeline }))).toMatchObject([
    { tone: 'bad', title: 'E-mail “Paid” bounced', text: 'to shop@example.com; no such mailbox' },
    { tone: 'ok', title: 'E-mail “Paid” delivered', text: 'to shop@example.com' },
    { tone: 'ok', title: 'E-mail “Paid” sent', text: 'to shop@example.com' },
  ]);
});

test('an e-mail that no transport has accepted yet is shown as waiting', () => {
  const waitingEmails = [{ kind: 'order_created', recipient: 'shop@example.com', createdAt: at(4) }];
  expect(orderTimeline(details({ waitingEmails }))).toMatchObject([
    {
      at: at(4).toISOString(),
      tone: 'busy',
      title: 'E-mail “New order” waiting to be sent',
      text: 'to shop@example.com',
    },
  ]);
});

test('money that waits for its settlement is shown as waiting, with the failed attempts and without the node’s error text', () => {
  const settlements = [
    { chainId: 8453, attempts: 0, createdAt: at(6), isRelayed: false },
    { chainId: 10, attempts: 3, createdAt: at(5), isRelayed: true },
  ];
  expect(orderTimeline(details({ settlements }))).toMatchObject([
    { source: 'settlement', tone: 'busy', title: 'Waiting for settlement on Base', text: null },
    {
      source: 'settlement',
      tone: 'warn',
      title: 'Waiting for settlement on Optimism',
      text: '3 attempts failed. The money is safe at the deposit address. The settlement is retried.',
    },
  ]);
});

test('a settlement that waits says until when it is promised, where a relayer works and the network has a promise', () => {
  const waiting = (chainId: number, isRelayed: boolean) =>
    orderTimeline(details({ settlements: [{ chainId, attempts: 0, createdAt: at(0), isRelayed }] }))[0];
  expect(waiting(1, true)).toMatchObject({
    text: 'Small amounts are settled together, or when gas is cheap. The settlement is promised',
    until: new Date(at(0).getTime() + 3_600_000).toISOString(),
  });
  expect(waiting(1, false)).toMatchObject({ text: null, until: null });
  expect(waiting(31337, true)).toMatchObject({ text: null, until: null });
});

test('statuses have the same names as on badges, e-mails have titles, and times are given as instants', () => {
  const row = (second: number, change: Partial<OrderTimelineRow>): OrderTimelineRow => ({
    ...email(second, {}),
    ...change,
  });
  const until = at(90).toISOString();
  const timeline = [
    row(1, { kind: 'status', statusTo: IntentStatus.TEMP_WALLET_RECEIVED, data: {} }),
    row(2, { kind: 'clock_extended', data: { to: until } }),
    email(3, { email_kind: 'order_attention', state: 'sent' }),
    row(4, { kind: 'review_resolved', data: { outcome: 'closed', reason: 'We keep it.', by: 'ops@example.com' } }),
  ];
  expect(orderTimeline(details({ timeline }))).toMatchObject([
    { title: 'Decided: closed', text: 'We keep it. (by ops@example.com)', until: null },
    { title: 'E-mail “Needs attention” sent' },
    { title: 'Time to pay extended', text: null, until },
    { title: 'Waiting for payment', text: null },
  ]);
});
