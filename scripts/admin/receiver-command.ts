// `demo receiver`: a webhook receiver that prints what it verified. Runs until Ctrl-C.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { UserError } from '#domain/errors.ts';
import { type Delivery, type Verdict, type Verifier, webhookVerifier } from './webhook-verifier.ts';

export interface ReceiverOptions {
  port: number;
  fail: number;
  /** Ends after this number of accepted deliveries. */
  count?: number;
  apiKey?: string;
  apiSecret?: string;
  save?: string;
  json?: boolean;
}

const BODY_LIMIT = 64 * 1024;

/** Resolves after `count` accepted deliveries, or at SIGINT or SIGTERM. Throws UserError before it listens. */
export const runReceiver = async (options: ReceiverOptions): Promise<void> => {
  const { apiKey, apiSecret, save, json = false } = options;
  if (!apiKey || !apiSecret) {
    throw new UserError(
      'no_key',
      'a key for verification is needed: --api-key and --api-secret, or ALLSCALE_API_KEY and ALLSCALE_API_SECRET',
    );
  }
  if (save) mkdirSync(save, { recursive: true });
  const ended = Promise.withResolvers<void>();
  let accepted = 0;
  const verify = webhookVerifier({ apiKey, apiSecret, now: () => Math.floor(Date.now() / 1000) });
  const onAccepted = (): void => {
    accepted += 1;
    if (accepted === options.count) ended.resolve();
  };
  const handle = deliveryHandler({ verify, failures: options.fail, json, onAccepted, ...(save ? { save } : {}) });
  const server = createServer(handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new UserError(
          'cannot_listen',
          `port ${options.port}: ${cause.code === 'EADDRINUSE' ? 'is taken by another program' : cause.message}`,
        ),
      ),
    );
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  process.stdout.write(
    `${json ? JSON.stringify({ listening: url }) : `Listening on ${url} (set it with: store update STORE_ID --webhook-url ${url})`}\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.resolve());
  await ended.promise;
  server.close();
};

interface HandlerOptions {
  verify: Verifier;
  /** Number of first deliveries that get a 503. */
  failures: number;
  json: boolean;
  onAccepted: () => void;
  save?: string;
}

const deliveryHandler = ({ verify, failures, json, onAccepted, save }: HandlerOptions) => {
  let left = failures;
  const processed = new Set<unknown>();
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    if (!body) {
      response.writeHead(413).end();
      return;
    }
    const delivery: Delivery = {
      method: request.method ?? '',
      target: request.url ?? '',
      headers: request.headers,
      body,
    };
    const verdict = verify(delivery);
    const fails = verdict.verified && left > 0;
    if (fails) left -= 1;
    const status = fails ? 503 : verdict.verified ? 200 : 401;
    const transactionId = verdict.event?.all_scale_transaction_id;
    const duplicate = processed.has(transactionId);
    if (status === 200) processed.add(transactionId);
    if (save && verdict.verified) saveDelivery(save, delivery, request.rawHeaders);
    response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(verdict.problem ?? 'ok');
    process.stdout.write(
      `${json ? JSON.stringify(asJson(delivery, verdict, status, duplicate)) : asLine(delivery, verdict, status, duplicate)}\n`,
    );
    if (status === 200) onAccepted();
  };
};

/** Undefined when the body is too large or incomplete. */
const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > BODY_LIMIT) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
};

/** Saves the request: request line and headers in one file, the exact bytes of the body in another. */
const saveDelivery = (folder: string, delivery: Delivery, rawHeaders: readonly string[]): void => {
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1] ?? ''}`] : [],
  );
  // A verified id is one of ours: only [A-Za-z0-9_-].
  const name = String(delivery.headers['x-webhook-id']).replace(/[^\w-]/g, '');
  writeFileSync(
    join(folder, `${name}.headers`),
    `${[`${delivery.method} ${delivery.target}`, ...headers].join('\n')}\n`,
  );
  writeFileSync(join(folder, `${name}.body`), delivery.body);
};

const asJson = (delivery: Delivery, { verified, problem, event }: Verdict, status: number, duplicate: boolean) => ({
  received_at: new Date().toISOString(),
  webhook_id: delivery.headers['x-webhook-id'] ?? null,
  verified,
  problem,
  duplicate,
  responded: status,
  event,
});

const asLine = (
  delivery: Delivery,
  { verified, problem, event }: Verdict,
  status: number,
  duplicate: boolean,
): string => {
  const id = String(delivery.headers['x-webhook-id'] ?? 'unnamed webhook');
  const start = `${new Date().toISOString()}  ${id}  `;
  if (!verified) return `${start}NOT VERIFIED: ${problem}; responded ${status}`;
  const order = event?.order_id ? `, order ${event.order_id}` : '';
  const what = `${event?.event_type}: ${event?.amount_coins} ${event?.coin_symbol}${order}, intent ${event?.all_scale_checkout_intent_id}`;
  return `${start}signature verified  ${what}${duplicate ? ', received before' : ''}; responded ${status}`;
};
