// What a line of the log says of the order that it is about, and what it leaves out of an error: one source for web and worker.
import { AsyncLocalStorage } from 'node:async_hooks';
import pino from 'pino';
import { type IntentId, isIntentId, type OrderRef, readableOrderId } from '#domain/ids.ts';
import { traceIdOf } from './order-trace.ts';

/** The members of a line that name its order. */
export interface OrderFacts {
  /** Our id. */
  intent: IntentId;
  /** The shop's order id as it stands in workflow ids: what follows an @ is left out. Absent where it is not known, or the shop gave none. */
  order?: string;
  /** Of the order's trace: the same in every process. */
  trace_id: string;
}

export const orderFacts = ({ id, orderId }: Pick<OrderRef, 'id' | 'orderId'>): OrderFacts => {
  const order = readableOrderId(orderId ?? '');
  return { intent: id, ...(order === '' ? {} : { order }), trace_id: traceIdOf(id) };
};

const work = new AsyncLocalStorage<OrderFacts>();

/** Every line that `todo` writes, at any depth, names the order. */
export const withOrder = <T>(order: Pick<OrderRef, 'id' | 'orderId'>, todo: () => T): T =>
  work.run(orderFacts(order), todo);

/** A line about another order than the one that is worked on keeps its own. */
const mixin = (line: { intent?: unknown }): object => {
  const { intent } = line;
  const current = work.getStore();
  if (intent === undefined || intent === current?.intent) return { ...current };
  return isIntentId(intent) ? { trace_id: traceIdOf(intent) } : {};
};

/** Everything else stays out: Postgres quotes whole rows in `detail` and `where`, and an HTTP error may carry what was sent. */
const KEPT = ['code', 'constraint', 'table', 'statusCode'] as const;

/** What is logged of an error. */
interface LoggedError {
  type: string;
  message: string;
  stack: string;
  [more: string]: unknown;
}

const err = (error: Error): LoggedError => keep(pino.stdSerializers.err(error));

const keep = (error: pino.SerializedError): LoggedError => {
  const { type, message, stack, aggregateErrors: parts } = error;
  const more = Object.fromEntries(KEPT.flatMap((name) => (error[name] === undefined ? [] : [[name, error[name]]])));
  return { type, message, stack, ...more, ...(parts && { aggregateErrors: parts.map(keep) }) };
};

/** For `pino()`, and for Fastify's logger. */
export const logLines = { mixin, serializers: { err } };
