// The timeline of an order: statuses, chain events, settlements, webhook attempts, e-mails, actions of people, and notes, newest
// first.

import type {
  OrderDetails,
  OrderSettlementRow,
  OrderTimelineRow,
  OrderWebhookRow,
  WaitingEmailRow,
} from '#db/orders/order-details.ts';
import type { Address } from '#domain/address.ts';
import type { AuditAction } from '#domain/audit-actions.ts';
import { explorerTxUrl, findChain, networkName, tokenName } from '#domain/chains.ts';
import { coinSymbol, isCoinId } from '#domain/coins.ts';
import type { EmailKind } from '#domain/email-data.ts';
import { formatDecimal } from '#domain/money.ts';
import { readableAmounts } from '#domain/readable-amount.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import { promisedBy } from '#domain/settlement-batching.ts';
import { isScenario } from '#domain/simulations.ts';
import { IntentStatus, statusName } from '#domain/status.ts';
import { NO_RECEIVER } from '#domain/webhook-body.ts';
import { describeResponse, isAcceptance } from '#domain/webhook-response.ts';
import { EMAIL_LABELS } from '#web/text/email-labels.ts';
import { REVIEW_TITLES } from '#web/text/review-titles.ts';
import { INTENT_LABELS } from '#web/ui/status-labels.ts';
import { SCENARIO_LABELS } from '../parts/scenario-labels.ts';
import type { TimelineEntry, TimelineTone } from './orders-types.ts';

export const orderTimeline = (details: OrderDetails): TimelineEntry[] =>
  [
    ...details.timeline.filter(isSeen).map(eventEntry),
    ...details.settlements.map(settlementEntry),
    ...details.webhooks.flatMap(attemptEntries),
    ...details.waitingEmails.map(waitingEmailEntry),
    ...details.acts.flatMap(actionEntry),
  ]
    .map((entry, index) => ({ entry, index }))
    // Entries of the same moment keep the order in which they were read: later ones first.
    .sort((a, b) => (a.entry.at < b.entry.at ? 1 : a.entry.at > b.entry.at ? -1 : a.index - b.index))
    .map(({ entry }) => entry);

const S = IntentStatus;

const SHORT_MS = 1_000;

/** "Needs attention" that the next status replaced at once, as where a refund ends, needed nobody's. Rows are newest first. */
const isSeen = (row: OrderTimelineRow, index: number, rows: readonly OrderTimelineRow[]): boolean => {
  const next = rows[index - 1];
  if (row.kind !== 'status' || row.statusTo !== S.PENDING_MANUAL_OPERATION || next?.kind !== 'status') return true;
  return next.at.getTime() - row.at.getTime() >= SHORT_MS;
};

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Events that are older than token families have no token. */
const coinOf = ({ coin, token, chain_id: chainId }: Record<string, unknown>): string => {
  if (!isCoinId(coin)) return '';
  return typeof token === 'string' ? tokenName(Number(chainId), token as Address, coin) : coinSymbol(coin);
};

const amountOf = (data: Record<string, unknown>, member = 'amount'): string | null => {
  const amount = text(data[member]);
  return amount && `${readableAmounts('en', amount)} ${coinOf(data)}`.trim();
};

const chainFacts = (data: Record<string, unknown>): { network: string; link: string | null } => {
  const chainId = Number(data.chain_id);
  const hash = text(data.tx_hash);
  const chain = findChain(chainId);
  return {
    network: Number.isInteger(chainId) && chainId > 0 ? ` on ${networkName(chainId)}` : '',
    link: chain && hash ? explorerTxUrl(chain, hash) : null,
  };
};

const eventEntry = ({ kind, statusTo, data, at }: OrderTimelineRow): TimelineEntry => {
  const { network, link } = chainFacts(data);
  const money = `${amountOf(data) ?? 'Money'}${network}`;
  const entry = (
    source: TimelineEntry['source'],
    tone: TimelineTone,
    title: string,
    message: string | null = null,
  ): TimelineEntry => ({ at: at.toISOString(), source, tone, title, text: message, until: null, link });
  switch (kind) {
    case 'created':
    case 'status': {
      const { message, tone } = INTENT_LABELS[statusName(statusTo ?? S.CREATED)];
      return entry('status', tone, message);
    }
    case 'transfer_seen':
      return entry('chain', 'busy', 'Transfer seen', `${money}${data.from ? `, from ${data.from}` : ''}`);
    case 'transfer_confirmed':
      return entry('chain', 'ok', 'Transfer confirmed', money);
    case 'transfer_orphaned':
      return entry('chain', 'warn', 'Transfer removed by a reorganisation', money);
    case 'clock_extended':
      return { ...entry('status', 'plain', 'Time to pay extended'), until: text(data.to) };
    case 'payer_denied':
      return entry('chain', 'bad', 'Screening denied a payer', text(data.payer));
    case 'review_opened':
      return entry('action', 'warn', REVIEW_TITLES[data.kind as ReviewKind] ?? 'Money needs a decision', money);
    case 'review_resolved':
      return entry(
        'action',
        'plain',
        `Decided: ${OUTCOMES[String(data.outcome)] ?? 'closed'}`,
        reasonAndActor(data, 'reason'),
      );
    case 'stray_found':
      return entry('chain', 'warn', 'Other money found at the deposit address', `${strayAmount(data)}${network}`);
    case 'stray_resolved':
      return entry(
        'action',
        'plain',
        `Other money: ${data.outcome === 'released' ? 'released' : 'closed'}`,
        reasonAndActor(data, 'reason'),
      );
    case 'settled':
      return entry('settlement', 'ok', 'Settled to the receiving address', payoutText(data, network));
    case 'settlement_removed':
      return entry('settlement', 'warn', SETTLEMENT_REMOVED, payoutText(data, network));
    case 'sent_back':
      return entry('settlement', 'ok', 'Refunded to the payer', `${money}${data.to ? `, to ${data.to}` : ''}`);
    case 'refund_removed':
      return entry('settlement', 'warn', 'Refund removed by a reorganisation: watched until it is back', money);
    case 'refund_requested':
      return entry('settlement', 'warn', 'Refund requested', `by ${personOf(data.by)}, to ${data.to}${network}`);
    case 'refund_address':
      return entry('note', 'plain', 'Refund address given on the checkout', `${data.address}${network}, not verified`);
    case 'note':
      return entry('note', 'plain', ...noteOf(data));
    case 'email':
      return entry(
        'email',
        ...emailState(data),
        [data.recipient && `to ${data.recipient}`, text(data.reason)].filter(Boolean).join('; '),
      );
    case 'webhook_delivered':
      return entry('webhook', 'ok', 'Webhook delivered', text(data.webhook_id));
    case 'webhook_redelivered':
      return entry('webhook', 'plain', 'Webhook redelivered by hand', text(data.by));
    case 'webhook_disabled':
      if (data.reason === NO_RECEIVER)
        return entry('webhook', 'plain', 'No webhook sent', 'No webhook URL was set, or it was switched off.');
      return entry(
        'webhook',
        'bad',
        'Webhook delivery stopped',
        text(data.reason) ?? 'The receiver responded with 410.',
      );
  }
};

const SETTLEMENT_REMOVED = 'Settlement removed by a reorganisation: it is paid again';

const payoutText = (data: Record<string, unknown>, network: string): string =>
  `${amountOf(data, 'net') ?? 'Money'}${network}, fee ${readableAmounts('en', text(data.fee) ?? '0')}`;

/** Title and text. The note of a simulation is written by its request. */
const noteOf = (data: Record<string, unknown>): [title: string, message: string | null] => {
  const scenario = /^Simulation: (\w+)$/.exec(text(data.text) ?? '')?.[1];
  return isScenario(scenario)
    ? [`Simulated payment: ${SCENARIO_LABELS[scenario][0].toLowerCase()}`, `by ${personOf(data.by)}`]
    : [`Note by ${text(data.by) ?? 'a colleague'}`, text(data.text)];
};

/** A request names an API key by its id, which says nothing to people. */
const personOf = (by: unknown): string => (typeof by === 'string' && by.includes('@') ? by : 'the API');

/** Native coin, or a token that is none of our coins. */
const strayAmount = ({ amount_base_units: amount, decimals, symbol, token }: Record<string, unknown>): string => {
  const known = typeof decimals === 'number' ? formatDecimal(BigInt(text(amount) ?? '0'), decimals, 0) : text(amount);
  return `${known ?? ''} ${text(symbol) ?? text(token) ?? ''}`.trim();
};

const OUTCOMES: Readonly<Record<string, string>> = {
  accepted: 'accepted as payment',
  sent_back: 'refunded',
  closed: 'closed',
};

const reasonAndActor = (data: Record<string, unknown>, member: string): string =>
  [text(data[member]), text(data.by) && `(by ${data.by})`].filter(Boolean).join(' ');

/** Only operators see why an attempt failed: the error can name a node or an account. */
const settlementEntry = ({ chainId, attempts, createdAt, isRelayed }: OrderSettlementRow): TimelineEntry => {
  const minutes = findChain(chainId)?.settleWithinMinutes ?? 0;
  const isPromised = isRelayed && attempts === 0 && minutes > 0;
  const until = isPromised ? promisedBy(createdAt, minutes).toISOString() : null;
  return {
    at: createdAt.toISOString(),
    source: 'settlement',
    tone: attempts > 0 ? 'warn' : 'busy',
    title: `Waiting for settlement on ${networkName(chainId)}`,
    text:
      attempts > 0
        ? `${attempts === 1 ? 'One attempt' : `${attempts} attempts`} failed. The money is safe at the deposit address. The settlement is retried.`
        : until && 'Small amounts are settled together, or when gas is cheap. The settlement is promised',
    ...{ until, link: null },
  };
};

const attemptEntries = ({ attempts }: OrderWebhookRow): TimelineEntry[] =>
  attempts.map(({ at, durationMs, responseStatus, error }) => {
    const delivered = responseStatus !== null && isAcceptance(responseStatus);
    return {
      at,
      source: 'webhook',
      tone: delivered ? 'ok' : 'warn',
      title:
        responseStatus === null
          ? 'Webhook attempt without a response'
          : `Webhook receiver responded with ${responseStatus}`,
      // The title has the status: an error that says nothing else would repeat it.
      text: `${durationMs} ms${error && error !== describeResponse(responseStatus) ? `; ${error}` : ''}`,
      until: null,
      link: null,
    };
  });

const EMAIL_STATES: Readonly<Record<string, { label: string; tone: TimelineTone }>> = {
  sent: { label: 'sent', tone: 'ok' },
  delivered: { label: 'delivered', tone: 'ok' },
  failed: { label: 'failed', tone: 'bad' },
  bounced: { label: 'bounced', tone: 'bad' },
  complained: { label: 'marked as spam', tone: 'warn' },
};

const emailTitle = (kind: unknown, state: string): string => {
  const label = EMAIL_LABELS[kind as EmailKind];
  return label ? `E-mail “${label}” ${state}` : `E-mail ${state}`;
};

const emailState = ({ state, email_kind: kind }: Record<string, unknown>): [TimelineTone, string] => {
  const { label, tone } = EMAIL_STATES[String(state)] ?? { label: 'changed', tone: 'plain' };
  return [tone, emailTitle(kind, label)];
};

/** E-mails that were sent or failed have timeline events. */
const waitingEmailEntry = ({ kind, recipient, createdAt }: WaitingEmailRow): TimelineEntry => ({
  at: createdAt.toISOString(),
  source: 'email',
  tone: 'busy',
  title: emailTitle(kind, 'waiting to be sent'),
  text: `to ${recipient}`,
  until: null,
  link: null,
});

/** Audit actions that also write a timeline event. */
const HAS_EVENT = /^(review\.|stray\.|order\.note|send_back\.(confirm|removed))/;

type Act = Exclude<AuditAction<'send_back'>, 'send_back.confirm' | 'send_back.removed'>;

const ACTIONS: Readonly<Record<Act, string>> = {
  'send_back.order': 'Refund ordered',
  'send_back.withdraw': 'Refund withdrawn before it was sent',
  'send_back.found': 'Withdrawn refund was sent after all',
  'send_back.paid_twice': 'Withdrawn refund was sent after the money was refunded otherwise',
};

const ACTORS: Readonly<Record<OrderDetails['acts'][number]['actorKind'], string>> = {
  operator: 'AllScale',
  member: 'a colleague',
  account: 'an account',
  api_key: 'the API',
  command: 'the system',
  system: 'the system',
};

const actionEntry = ({ at, actorEmail, actorKind, action, reason }: OrderDetails['acts'][number]): TimelineEntry[] =>
  HAS_EVENT.test(action)
    ? []
    : [
        {
          at: at.toISOString(),
          source: 'action',
          tone: 'plain',
          title: `${ACTIONS[action as Act] ?? 'Changed'} by ${actorEmail && actorKind !== 'operator' ? actorEmail : ACTORS[actorKind]}`,
          text: reason,
          until: null,
          link: null,
        },
      ];
