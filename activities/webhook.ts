// Delivers webhook events. Each activity is one attempt: it reads the delivery, checks the receiver, signs, sends and stores the outcome.
import { ApplicationFailure } from '@temporalio/activity';
import {
  beginWebhookAttempt,
  disableWebhookEvent,
  type Progress,
  recordWebhookAttempt,
  type WebhookDelivery,
} from '#db/delivery/webhook-delivery.ts';
import {
  beginEndpointAttempt,
  disableEndpointDelivery,
  isEndpointDelivery,
  recordEndpointAttempt,
} from '#db/endpoints/endpoint-delivery.ts';
import type { Em } from '#db/orm.ts';
import { type MasterKeys, openSecret } from '#db/secrets.ts';
import { describeResponse, isAcceptance } from '#domain/webhook-response.ts';
import { NoResponse, postToReceiver, type ReceiverResponse, targetOf } from '#network/post-to-receiver.ts';
import { checkReceiver, type ReceiverPolicy, ReceiverRejected } from '#network/receiver-guard.ts';
import { withHeartbeats } from './heartbeats.ts';
import { createReceiverGate, type ReceiverGate } from './receiver-gate.ts';
import { signedHeaders } from './webhook-request.ts';

export interface DeliverInput {
  /** A webhook event's, or that of a delivery to an endpoint. */
  eventId: string;
  /** Unique for each attempt, so that an activity which is retried after its response was stored does not send again. */
  attemptKey: string;
  /** The pause before the next attempt, or null when this is the last one. */
  nextPauseMs: number | null;
}

export type DeliverOutcome =
  | { kind: 'delivered' | 'failed' | 'disabled' }
  | { kind: 'retry' /** The pause asked for, or the receiver's longer `Retry-After`. */; pauseMs: number };

export interface WebhookActivities {
  deliverWebhook(input: DeliverInput): Promise<DeliverOutcome>;
}

export interface WebhookDependencies extends ReceiverPolicy {
  em: Em;
  masterKeys: MasterKeys;
  /** To a store's webhook URL, on this worker: a dead receiver holds no more slots than these. */
  maxInFlightPerStore: number;
  /** To one of its webhook endpoints, each beside the others and the URL: a dead endpoint holds up no payment. */
  maxInFlightPerEndpoint: number;
  /** Told of each attempt at a real event, once it is stored. Test events are tried to see whether they fail. */
  onAttempt?: (outcome: DeliverOutcome['kind']) => void;
}

const RETRY_AFTER_MAX_MS = 3_600_000;

export const createWebhookActivities = (deps: WebhookDependencies): WebhookActivities => {
  const gates: Gates = {
    stores: createReceiverGate(deps.maxInFlightPerStore),
    endpoints: createReceiverGate(deps.maxInFlightPerEndpoint),
  };
  // Heartbeats tell a slow receiver (up to 15 s) from a lost task.
  return { deliverWebhook: (input) => withHeartbeats(() => deliverOnce(deps, gates, input)) };
};

/** To the store's webhook URL, or to an endpoint: each has tables of its own. */
const WEBHOOKS = {
  begin: beginWebhookAttempt,
  record: recordWebhookAttempt,
  disable: disableWebhookEvent,
};
const ENDPOINTS: typeof WEBHOOKS = {
  begin: beginEndpointAttempt,
  record: recordEndpointAttempt,
  disable: disableEndpointDelivery,
};
const ledgerOf = (id: string): typeof WEBHOOKS => (isEndpointDelivery(id) ? ENDPOINTS : WEBHOOKS);

interface Gates {
  /** By the store's id. */
  stores: ReceiverGate;
  /** By the endpoint's id. */
  endpoints: ReceiverGate;
}

const enter = ({ stores, endpoints }: Gates, { storeId, endpointId }: WebhookDelivery): (() => void) | null =>
  endpointId === null ? stores.enter(storeId) : endpoints.enter(endpointId);

const deliverOnce = async (deps: WebhookDependencies, gates: Gates, input: DeliverInput): Promise<DeliverOutcome> => {
  const ledger = ledgerOf(input.eventId);
  const begun = await ledger.begin(deps.em, input.eventId, input.attemptKey);
  // The database was restored from before the event. What it told is found again, and has a delivery of its own.
  if (!begun) return { kind: 'failed' };
  const { delivery, earlier } = begun;
  if (earlier) return outcomeOf(earlier);
  if (delivery.url === null) {
    await ledger.disable(deps.em, input.eventId);
    return { kind: 'disabled' };
  }
  const leave = enter(gates, delivery);
  if (!leave) throw receiverBusy();
  try {
    return await attempt(deps, input, delivery, delivery.url);
  } finally {
    leave();
  }
};

/** Frees the worker's slot at once. The server retries the activity without an event in the history. */
const receiverBusy = (): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'StoreBusy',
    message: 'The receiver is at its limit of deliveries in flight',
    nextRetryDelay: 1_000 + Math.random() * 4_000,
  });

const attempt = async (
  deps: WebhookDependencies,
  input: DeliverInput,
  delivery: WebhookDelivery,
  url: string,
): Promise<DeliverOutcome> => {
  const startedAt = new Date();
  const started = performance.now();
  let headers: Record<string, string> = {};
  let response: ReceiverResponse | null = null;
  let error: string | null = null;
  try {
    headers = headersFor(deps, delivery, url, startedAt);
    const receiver = await checkReceiver(url, deps);
    response = await postToReceiver(receiver, targetOf(url), headers, delivery.body);
    error = remarkOn(response);
  } catch (cause) {
    error = messageFor(cause);
  }
  // A test event gets one attempt: its result is shown at once.
  const outcome = judge(response, delivery.isTest ? null : input.nextPauseMs);
  await ledgerOf(input.eventId).record(deps.em, {
    eventId: input.eventId,
    attemptKey: input.attemptKey,
    url,
    startedAt,
    durationMs: Math.round(performance.now() - started),
    responseStatus: response?.status ?? null,
    responseExcerpt: response?.excerpt ?? null,
    error,
    requestHeaders: maskSignature(headers),
    state: outcome.kind === 'retry' ? 'pending' : outcome.kind,
    nextAttemptAt: outcome.kind === 'retry' ? new Date(Date.now() + outcome.pauseMs) : null,
  });
  if (!delivery.isTest) deps.onAttempt?.(outcome.kind);
  return outcome;
};

const headersFor = (
  { masterKeys }: WebhookDependencies,
  { eventId, storeId, body, key }: WebhookDelivery,
  url: string,
  now: Date,
): Record<string, string> => {
  if (!key) throw new ReceiverRejected('The store has no live API key to sign with');
  const secret = openSecret(masterKeys, { storeId, apiKeyId: key.id }, key.sealedSecret);
  return signedHeaders(url, eventId, body, { id: key.id, secret }, now);
};

/** What the attempt's row says beside its status. */
const remarkOn = ({ status, cutOff }: ReceiverResponse): string | null =>
  [isAcceptance(status) ? null : describeResponse(status), cutOff].filter(Boolean).join('; ') || null;

const judge = (response: ReceiverResponse | null, nextPauseMs: number | null): DeliverOutcome => {
  if (response && isAcceptance(response.status)) return { kind: 'delivered' };
  if (response?.status === 410) return { kind: 'disabled' };
  if (nextPauseMs === null) return { kind: 'failed' };
  return { kind: 'retry', pauseMs: Math.max(nextPauseMs, retryAfterMs(response?.retryAfter ?? null, Date.now())) };
};

/** Seconds or an HTTP date; at most an hour; 0 when there is none. */
export const retryAfterMs = (header: string | null, now: number): number => {
  if (!header) return 0;
  const asked = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(asked) ? Math.min(Math.max(asked, 0), RETRY_AFTER_MAX_MS) : 0;
};

/** The outcome of an attempt that was stored before its activity could return it. */
const outcomeOf = ({ state, nextAttemptAt }: Progress): DeliverOutcome =>
  state === 'pending'
    ? { kind: 'retry', pauseMs: Math.max((nextAttemptAt?.getTime() ?? 0) - Date.now(), 0) }
    : { kind: state };

const maskSignature = (headers: Record<string, string>): Record<string, string> =>
  'X-Webhook-Signature' in headers ? { ...headers, 'X-Webhook-Signature': 'v1=…' } : headers;

/** Hides the details of our own faults: they may name keys or hosts. */
const messageFor = (cause: unknown): string => {
  if (cause instanceof ReceiverRejected || cause instanceof NoResponse) return cause.message;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN'
    ? 'the name of the receiver could not be resolved'
    : 'the delivery could not be prepared';
};
