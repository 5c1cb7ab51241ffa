// One timeline of an order from everything that was written about it: statuses, chain events, settlements, webhook attempts,
// e-mails, what people did, and notes. Newest first.
import type {
  OrderDetails,
  OrderSettlementRow,
  OrderTimelineRow,
  OrderWebhookRow,
  WaitingEmailRow,
} from '#db/orders/order-details.ts';
import { explorerTxUrl, findChain, networkName } from '#domain/chains.ts';
import { type CoinId, coinSymbol, isCoinId } from '#domain/coins.ts';
import { IntentStatus, statusName } from '#domain/status.ts';
import type { TimelineEntry, TimelineTone } from './orders-types.ts';

export const orderTimeline = (details: OrderDetails): TimelineEntry[] =>
  [
    ...details.timeline.map(eventEntry),
    ...details.settlements.map(settlementEntry),
    ...details.webhooks.flatMap(attemptEntries),
    ...details.waitingEmails.map(waitingEmailEntry),
    ...details.acts.flatMap(actEntry),
  ]
    .map((entry, index) => ({ entry, index }))
    // Of the same moment, what was written later comes first, as it is read.
    .sort((a, b) => (a.entry.at < b.entry.at ? 1 : a.entry.at > b.entry.at ? -1 : a.index - b.index))
    .map(({ entry }) => entry);

const S = IntentStatus;
const STATUS_TITLES: Record<IntentStatus, { title: string; tone: TimelineTone }> = {
  [S.CREATED]: { title: 'Order created', tone: 'plain' },
  [S.PAYING]: { title: 'Checkout opened', tone: 'plain' },
  [S.TEMP_WALLET_RECEIVED]: { title: 'Waiting for the payment', tone: 'busy' },
  [S.ON_CHAIN]: { title: 'Payment seen, confirming', tone: 'busy' },
  [S.CONFIRMED]: { title: 'Paid', tone: 'ok' },
  [S.PENDING_MANUAL_OPERATION]: { title: 'Needs attention', tone: 'warn' },
  [S.SEND_BACK]: { title: 'Money is being sent back', tone: 'warn' },
  [S.UNDERPAID]: { title: 'Expired underpaid', tone: 'warn' },
  [S.TIMEOUT]: { title: 'Expired without payment', tone: 'plain' },
  [S.CANCELED]: { title: 'Canceled', tone: 'plain' },
  [S.REJECTED]: { title: 'Rejected', tone: 'bad' },
  [S.FAILED]: { title: 'Failed', tone: 'bad' },
};

export const REVIEW_TITLES: Readonly<Record<string, string>> = {
  late: 'Money came late',
  underpaid: 'Less came than was asked for',
  wrong_coin: 'Another coin came',
  wrong_chain: 'Money came on another network',
  second_payment: 'A second payment came',
  reorg_after_confirmed: 'The network took a confirmed payment back',
  screening: 'Money of a payer whom screening refuses',
};

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const amountOf = (data: Record<string, unknown>, member = 'amount'): string | null => {
  const amount = text(data[member]);
  return amount && `${amount} ${isCoinId(data.coin) ? coinSymbol(data.coin as CoinId) : ''}`.trim();
};

const chainFacts = (data: Record<string, unknown>): { place: string; link: string | null } => {
  const chainId = Number(data.chain_id);
  const hash = text(data.tx_hash);
  const chain = findChain(chainId);
  return {
    place: Number.isInteger(chainId) && chainId > 0 ? ` on ${networkName(chainId)}` : '',
    link: chain && hash ? explorerTxUrl(chain, hash) : null,
  };
};

const eventEntry = ({ kind, statusTo, data, at }: OrderTimelineRow): TimelineEntry => {
  const { place, link } = chainFacts(data);
  const money = `${amountOf(data) ?? 'Money'}${place}`;
  const entry = (
    source: TimelineEntry['source'],
    tone: TimelineTone,
    title: string,
    message: string | null = null,
  ): TimelineEntry => ({ at: at.toISOString(), source, tone, title, text: message, link });
  switch (kind) {
    case 'created':
    case 'status': {
      const { title, tone } = STATUS_TITLES[statusTo ?? S.CREATED];
      return entry('status', tone, title, statusName(statusTo ?? S.CREATED));
    }
    case 'transfer_seen':
      return entry('chain', 'busy', 'Transfer seen', `${money}${data.from ? `, from ${data.from}` : ''}`);
    case 'transfer_confirmed':
      return entry('chain', 'ok', 'Transfer confirmed', money);
    case 'transfer_orphaned':
      return entry('chain', 'warn', 'Transfer taken back by a reorganisation', money);
    case 'clock_extended':
      return entry('status', 'plain', 'Time to pay extended', text(data.to) && `until ${data.to}`);
    case 'payer_denied':
      return entry('chain', 'bad', 'A payer was refused by screening', text(data.payer));
    case 'review_opened':
      return entry('act', 'warn', REVIEW_TITLES[String(data.kind)] ?? 'Money to decide on', money);
    case 'review_resolved':
      return entry(
        'act',
        'plain',
        `Decided: ${OUTCOMES[String(data.outcome)] ?? data.outcome}`,
        byWhom(data, 'reason'),
      );
    case 'settled':
      return entry(
        'settlement',
        'ok',
        'Paid out to your wallet',
        `${amountOf(data, 'net') ?? 'Money'}${place}, fee ${text(data.fee) ?? '0'}`,
      );
    case 'sent_back':
      return entry('settlement', 'ok', 'Sent back to the payer', `${money}${data.to ? `, to ${data.to}` : ''}`);
    case 'note':
      return entry('note', 'plain', `Note by ${text(data.by) ?? 'a colleague'}`, text(data.text));
    case 'email':
      return entry(
        'email',
        ...emailWords(data),
        [data.recipient && `to ${data.recipient}`, text(data.reason)].filter(Boolean).join('; '),
      );
    case 'webhook_delivered':
      return entry('webhook', 'ok', 'Webhook delivered', text(data.webhook_id));
    case 'webhook_redelivered':
      return entry('webhook', 'plain', 'Webhook sent again by hand', text(data.by));
    case 'webhook_disabled':
      return entry('webhook', 'bad', 'Webhook delivery stopped', text(data.reason) ?? 'The receiver answered 410.');
  }
};

const OUTCOMES: Readonly<Record<string, string>> = {
  accepted: 'the money counts as the payment',
  sent_back: 'the money went back',
  closed: 'nothing more to do',
};

const byWhom = (data: Record<string, unknown>, member: string): string =>
  [text(data[member]), text(data.by) && `by ${data.by}`].filter(Boolean).join(', ');

/** Why an attempt failed is the operator's to know (a node's words, an account's gas). */
const settlementEntry = ({ chainId, attempts, createdAt }: OrderSettlementRow): TimelineEntry => ({
  at: createdAt.toISOString(),
  source: 'settlement',
  tone: attempts > 0 ? 'warn' : 'busy',
  title: `Waiting to be paid out on ${networkName(chainId)}`,
  text:
    attempts > 0
      ? `${attempts === 1 ? 'One attempt' : `${attempts} attempts`} failed. The money is safe at the order’s address; it is tried again.`
      : null,
  link: null,
});

const attemptEntries = ({ attempts }: OrderWebhookRow): TimelineEntry[] =>
  attempts.map(({ at, durationMs, responseStatus, error }) => {
    const delivered = responseStatus !== null && responseStatus >= 200 && responseStatus < 300;
    return {
      at,
      source: 'webhook',
      tone: delivered ? 'ok' : 'warn',
      title: responseStatus === null ? 'Webhook attempt without an answer' : `Webhook answered ${responseStatus}`,
      text: `${durationMs} ms${error ? `; ${error}` : ''}`,
      link: null,
    };
  });

const EMAIL_STATES: Readonly<Record<string, { message: string; tone: TimelineTone }>> = {
  sent: { message: 'sent', tone: 'ok' },
  delivered: { message: 'delivered', tone: 'ok' },
  failed: { message: 'could not be sent', tone: 'bad' },
  bounced: { message: 'came back', tone: 'bad' },
  complained: { message: 'was marked as spam', tone: 'warn' },
};

const emailTitle = (kind: unknown, message: string): string =>
  `E-mail “${String(kind).replaceAll('_', ' ')}” ${message}`;

const emailWords = ({ state, email_kind: kind }: Record<string, unknown>): [TimelineTone, string] => {
  const { message: words, tone } = EMAIL_STATES[String(state)] ?? { message: String(state), tone: 'plain' };
  return [tone, emailTitle(kind, words)];
};

/** What was sent, or cannot be, has an event for each step. */
const waitingEmailEntry = ({ kind, recipient, createdAt }: WaitingEmailRow): TimelineEntry => ({
  at: createdAt.toISOString(),
  source: 'email',
  tone: 'busy',
  title: emailTitle(kind, 'waiting to be sent'),
  text: `to ${recipient}`,
  link: null,
});

/** Acts that have no event of their own; the others stand in the timeline already. */
const TOLD_BY_EVENTS = /^(review\.|order\.note|send_back\.confirm)/;

const ACTS: Readonly<Record<string, string>> = {
  'send_back.order': 'Ordered to be sent back',
};

const actEntry = ({ at, actorEmail, actorKind, action, reason }: OrderDetails['acts'][number]): TimelineEntry[] =>
  TOLD_BY_EVENTS.test(action)
    ? []
    : [
        {
          at: at.toISOString(),
          source: 'act',
          tone: 'plain',
          title: `${ACTS[action] ?? action.replaceAll(/[._]/g, ' ')} by ${actorKind === 'operator' ? 'AllScale' : (actorEmail ?? actorKind)}`,
          text: reason,
          link: null,
        },
      ];
