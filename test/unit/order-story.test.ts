// The story of an order is read by merchants and operators: no entry of any kind shows a constant, an ISO time or a machine word.
import { expect, test } from 'vitest';
import type { TimelineKind } from '#db/entities/intent.entity.ts';
import type { OrderDetails, OrderTimelineRow } from '#db/orders/order-details.ts';
import { EMAIL_KINDS } from '#domain/email-data.ts';
import { SCENARIOS } from '#domain/simulations.ts';
import { INTENT_STATUSES, IntentStatus, statusName } from '#domain/status.ts';
import { NO_RECEIVER } from '#domain/webhook-body.ts';
import { describeResponse } from '#domain/webhook-response.ts';
import { en } from '#emails/text/en.ts';
import { orderTimeline } from '#web/dashboard/orders/server/order-timeline.ts';
import { EMAIL_LABELS } from '#web/text/email-labels.ts';
import { REVIEW_TITLES } from '#web/text/review-titles.ts';
import { INTENT_LABELS } from '#web/ui/status-labels.ts';

const AT = new Date('2026-11-29T00:51:34.375Z');
const minutesAgo = (minutes: number): Date => new Date(AT.getTime() - minutes * 60_000);
const MONEY = { amount: '10.0000', coin: 1, chain_id: 8453, tx_hash: `0x${'ab'.repeat(32)}` };
const BY = 'owner@shop.example';
const KEY = `st_test_${'a1'.repeat(16)}`;

/** What the code that writes each kind puts into it: every variant of what is shown. */
const DATA: Record<TimelineKind, Record<string, unknown>[]> = {
  created: [{}],
  status: [{}],
  transfer_seen: [{ ...MONEY, from: `0x${'1'.repeat(40)}` }, {}],
  transfer_confirmed: [MONEY],
  transfer_orphaned: [MONEY],
  clock_extended: [{ to: AT.toISOString() }],
  payer_denied: [{ payer: `0x${'1'.repeat(40)}` }],
  review_opened: [...Object.keys(REVIEW_TITLES).map((kind) => ({ ...MONEY, kind })), { kind: 'of_tomorrow' }],
  review_resolved: ['accepted', 'sent_back', 'closed'].map((outcome) => ({ outcome, reason: 'agreed', by: BY })),
  stray_found: [{ amount_base_units: '3000', decimals: 6, symbol: 'EURC', chain_id: 8453 }],
  stray_resolved: [{ outcome: 'released' }, { outcome: 'closed', reason: 'dust', by: BY }],
  settled: [{ ...MONEY, net: '9.9400', fee: '0.0600' }],
  settlement_removed: [{ ...MONEY, net: '9.9400', fee: '0.0600' }],
  sent_back: [{ ...MONEY, to: `0x${'2'.repeat(40)}` }],
  refund_removed: [MONEY],
  refund_requested: [BY, 'st_live_key', undefined].map((by) => ({ ...MONEY, by, to: `0x${'2'.repeat(40)}` })),
  refund_address: [{ address: `0x${'2'.repeat(40)}`, chain_id: 8453 }],
  note: [
    { by: BY, text: 'Called the customer.' },
    ...SCENARIOS.map((one) => ({ by: KEY, text: `Simulation: ${one}` })),
  ],
  email: ['sent', 'delivered', 'failed', 'bounced', 'complained'].flatMap((state) =>
    EMAIL_KINDS.map((kind) => ({ state, email_kind: kind, recipient: BY })),
  ),
  webhook_delivered: [{ webhook_id: 'evt_1' }],
  webhook_redelivered: [{ webhookId: 'evt_1', by: BY }],
  webhook_disabled: [{}, { reason: 'The receiver responded with 410.' }, { reason: NO_RECEIVER }],
};

/** Every action on an order that the audit log has (db/), of each kind of actor. */
const ACTS = [
  'send_back.order',
  'send_back.withdraw',
  'send_back.found',
  'send_back.paid_twice',
  'of_tomorrow.some_act',
];

const details = (): OrderDetails =>
  ({
    timeline: (Object.keys(DATA) as TimelineKind[]).flatMap((kind): OrderTimelineRow[] =>
      kind === 'created' || kind === 'status'
        ? INTENT_STATUSES.map((statusTo, index) => ({
            kind,
            statusFrom: null,
            statusTo,
            data: {},
            at: minutesAgo(index),
          }))
        : DATA[kind].map((data) => ({ kind, statusFrom: null, statusTo: null, data, at: AT })),
    ),
    settlements: [0, 3].map((attempts) => ({ chainId: 8453, attempts, createdAt: AT })),
    webhooks: [
      {
        ...{ id: 'evt_1', state: 'pending', eventType: 'checkout_intent.confirmed', nextAttemptAt: null },
        attempts: [200, 409, 503, null].map((responseStatus) => ({
          ...{ at: AT.toISOString(), durationMs: 84, responseStatus },
          error: responseStatus === null ? 'no connection within 5 s' : null,
        })),
      },
    ],
    waitingEmails: EMAIL_KINDS.map((kind) => ({ kind, recipient: BY, createdAt: AT })),
    acts: ACTS.flatMap((action) =>
      (['member', 'operator', 'command', 'system', 'api_key'] as const).map((actorKind) => ({
        ...{ at: AT, actorKind, action, reason: null },
        actorEmail: actorKind === 'member' ? BY : null,
      })),
    ),
  }) as Partial<OrderDetails> as OrderDetails;

/** Texts of other people: addresses, hashes, ids and e-mail addresses. */
const withoutOthers = (text: string): string => text.replaceAll(/0x[0-9a-f]+|evt_1|\S+@\S+/g, '…');

test('no entry shows a constant, an ISO time or a machine word', () => {
  const entries = orderTimeline(details());
  expect(entries.length).toBeGreaterThan(100);
  for (const { title, text } of entries) {
    const shown = withoutOthers(`${title}\n${text ?? ''}`);
    expect(shown).not.toMatch(/[A-Za-z]_[A-Za-z]|[a-z]\.[a-z]/);
    expect(shown).not.toMatch(/\d{4}-\d\d-\d\d|T\d\d:\d\d/);
    expect(shown).not.toMatch(/undefined|null|NaN|\[object|api_key|of tomorrow/);
    // Operators read it too.
    expect(shown).not.toMatch(/\byours?\b/i);
    for (const status of INTENT_STATUSES) expect(shown.split(/\W+/)).not.toContain(statusName(status));
  }
});

test('“Needs attention” that the next status replaced at once is left out; what lasted, and other states, are not', () => {
  const status = (statusTo: IntentStatus, at: number): OrderTimelineRow => ({
    ...{ kind: 'status', statusFrom: null, statusTo, data: {}, at: new Date(AT.getTime() + at) },
  });
  const titles = (timeline: OrderTimelineRow[]) =>
    orderTimeline({ ...details(), timeline, settlements: [], webhooks: [], waitingEmails: [], acts: [] }).map(
      ({ title }) => title,
    );
  const { SEND_BACK, PENDING_MANUAL_OPERATION, TIMEOUT } = IntentStatus;
  // Newest first, as they are read: a refund of late money ends.
  const steps = (at: number) => [status(TIMEOUT, at), status(PENDING_MANUAL_OPERATION, 0), status(SEND_BACK, -5_000)];
  expect(titles(steps(49))).toEqual(['Expired', 'Being refunded']);
  expect(titles(steps(1_000))).toEqual(['Expired', 'Needs attention', 'Being refunded']);
  expect(titles([status(IntentStatus.CONFIRMED, 5), status(IntentStatus.ON_CHAIN, 0)])).toHaveLength(2);
  const between: OrderTimelineRow = { ...status(TIMEOUT, 20), kind: 'transfer_confirmed', statusTo: null, data: MONEY };
  const [last, first, before] = steps(49) as [OrderTimelineRow, OrderTimelineRow, OrderTimelineRow];
  expect(titles([last, between, first, before])).toHaveLength(4);
});

test('what has an event of its own is told once, although the audit log has it too', () => {
  const acts = [
    ...['review.closed', 'stray.released', 'stray.closed', 'order.note', 'send_back.confirm', 'send_back.removed'],
  ].map((action) => ({ at: AT, actorKind: 'member' as const, actorEmail: BY, action, reason: 'agreed' }));
  expect(orderTimeline({ ...details(), timeline: [], settlements: [], webhooks: [], waitingEmails: [], acts })).toEqual(
    [],
  );
});

test('an attempt says once what the receiver responded', () => {
  const attempt = (error: string | null) => ({ at: AT.toISOString(), durationMs: 8, responseStatus: 404, error });
  const webhooks = [describeResponse(404), 'the answer was cut off', null].map((error, index) => ({
    ...{ id: `evt_${index}`, state: 'pending', eventType: 'checkout_intent.confirmed', nextAttemptAt: null },
    attempts: [attempt(error)],
  }));
  const entries = orderTimeline({
    ...{ ...details(), timeline: [], settlements: [], waitingEmails: [], acts: [] },
    webhooks,
  });
  expect(entries.map(({ text }) => text)).toEqual(['8 ms', '8 ms; the answer was cut off', '8 ms']);
});

test('an order of a store without a webhook URL has no failure in its story', () => {
  const timeline = [
    { kind: 'webhook_disabled' as const, statusFrom: null, statusTo: null, data: { reason: NO_RECEIVER }, at: AT },
  ];
  expect(
    orderTimeline({ ...details(), timeline, settlements: [], webhooks: [], waitingEmails: [], acts: [] }),
  ).toMatchObject([{ tone: 'plain', title: 'No webhook sent' }]);
});

test('a state has the same name on the timeline, in the list, on badges, and in e-mails and reports', () => {
  for (const status of INTENT_STATUSES.map(statusName))
    expect(en[`status.${status}`]).toBe(INTENT_LABELS[status].message);
  const titles = new Set(orderTimeline(details()).map(({ title }) => title));
  for (const { message } of Object.values(INTENT_LABELS)) expect(titles).toContain(message);
  for (const title of Object.values(REVIEW_TITLES)) expect(titles).toContain(title);
  for (const label of Object.values(EMAIL_LABELS)) expect(titles).toContain(`E-mail “${label}” sent`);
});

test('an attempt that the receiver accepted is no warning: 2xx, and 409 for an event that it has', () => {
  const attempts = orderTimeline(details()).filter(({ title }) => /^Webhook (receiver responded|attempt)/.test(title));
  expect(attempts.map(({ title, tone }) => `${title.split(' ').at(-1)} ${tone}`).sort()).toEqual([
    '200 ok',
    '409 ok',
    '503 warn',
    'response warn',
  ]);
});
