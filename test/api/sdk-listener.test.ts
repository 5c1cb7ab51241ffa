// The command `allscale-checkout listen` as a process, against the real API: it forwards the events of a test store signed as webhooks,
// survives a cut and a receiver that is away, and refuses keys that are not of a test store.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import type { IntentId } from '#domain/ids.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { verifyWebhook } from '#sdk/src/index.ts';
import { type ReceivedWebhook, startReceiver } from '#test/support/receiver.ts';
import { type ApiServer, startApiServer, type TestStore } from './api-server.ts';

let api: ApiServer;
let store: TestStore;
beforeAll(async () => {
  api = await startApiServer();
});
afterAll(async () => await api?.close());

/** A shop's server. `statuses` are its first responses; then 200. */
const openReceiver = async (port?: number, statuses: number[] = []) => {
  const receiver = await startReceiver(port);
  receiver.response = () => ({ status: statuses.shift() ?? 200 });
  closing.push(receiver.stop);
  return { received: receiver.received, url: `${receiver.url}?shop=1` };
};

/** A network between listener and API that can be cut. */
const startNetwork = async () => {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) return void socket.destroy();
    const upstream = connect(Number(new URL(api.origin).port), '127.0.0.1');
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one
        .on('error', () => {})
        .on('close', () => {
          socket.destroy();
          upstream.destroy();
        });
    }
    socket.pipe(upstream).pipe(socket);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: (cut: boolean) => {
      isCut = cut;
      if (cut) for (const socket of sockets) socket.destroy();
    },
  };
};

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Listener {
  child: ChildProcess;
  out(): string;
  exited: Promise<number | null>;
}

const run = (args: readonly string[], env: Record<string, string> = {}): Listener => {
  const child = spawn(process.execPath, [join(REPOSITORY, 'sdk', 'src', 'cli.ts'), ...args], {
    env: { ...env, PATH: process.env.PATH ?? '', NODE_ENV: 'test' },
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  closing.push(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  return { child, out: () => out, exited };
};

const until = (what: string, condition: () => boolean) => waitFor(condition, { what, timeoutMs: 45_000 });

const listenTo = async (url: string, ...more: string[]): Promise<Listener> => {
  const env = {
    ALLSCALE_BASE_URL: api.origin,
    ALLSCALE_API_KEY: store.apiKey,
    ALLSCALE_API_SECRET: store.apiSecret,
  };
  const listener = run(['listen', '--forward', url, ...more], env);
  await until('the first line', () => listener.out().includes('\n'));
  return listener;
};

/** An order that is canceled: one event. */
const makeEvent = async (): Promise<string> => {
  const { json } = await store.post('/v1/checkout_intents/', { stable_coin: 1, amount_cents: 700, order_id: 'Ä 1' });
  const id = json.payload.allscale_checkout_intent_id as string;
  await changeIntent(api.orm.em.fork(), { intentId: id as IntentId, actor: 'workflow', to: -4 });
  return id;
};
const idOf = ({ body }: ReceivedWebhook): string => JSON.parse(body).all_scale_checkout_intent_id;

beforeAll(async () => {
  store = await api.newStore({ isTest: true });
});

describe('forwarding', () => {
  test('an event arrives as a webhook of the store, with its signature; events from before do not', async () => {
    await makeEvent();
    const { received, url } = await openReceiver();
    const listener = await listenTo(url, '--events', 'all');
    const id = await makeEvent();
    await until('the event', () => received.length > 0);
    const [first] = received as [ReceivedWebhook];
    expect(idOf(first)).toBe(id);
    const check = await verifyWebhook(store, {
      method: 'POST',
      target: first.target,
      headers: first.headers,
      rawBody: Buffer.from(first.body),
    });
    expect(check).toMatchObject({ ok: true, event: { event_type: 'checkout_intent.canceled', order_id: 'Ä 1' } });
    await until('its line', () => listener.out().includes(`checkout_intent.canceled  ${id}  ok  200`));
    listener.child.kill('SIGINT');
    expect(await listener.exited).toBe(0);
  });

  test('only what the webhook URL gets, unless other types are named', async () => {
    const { received, url } = await openReceiver();
    const listener = await listenTo(url);
    await makeEvent();
    await until('the line', () => /checkout_intent\.canceled {2}not forwarded/.test(listener.out()));
    expect(received).toEqual([]);
  });

  test('after a number, from the variables of an .env file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'checkout-listener-'));
    closing.push(async () => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, '.env');
    const { apiKey, apiSecret } = store;
    writeFileSync(
      file,
      `# Web shop\nALLSCALE_BASE_URL=${api.origin}\nALLSCALE_API_KEY=${apiKey}\nALLSCALE_API_SECRET=${apiSecret}\n`,
    );
    const { received, url } = await openReceiver();
    run(['listen', '--forward', url, '--events=all', '--after', '0', '--env-file', file]);
    await until('all events', () => received.length >= 3);
    expect(new Set(received.map(idOf)).size).toBe(received.length);
  });

  test('a receiver that fails, or is not there yet, gets the event again, and each event in its order', async () => {
    const port = await freePort();
    const listener = await listenTo(`http://127.0.0.1:${port}/hook`, '--events', 'all');
    const first = await makeEvent();
    await until('a refused connection', () => listener.out().includes('failed  ECONNREFUSED'));
    const { received } = await openReceiver(port, [503, 409]);
    const second = await makeEvent();
    await until('both', () => received.length >= 3);
    expect(received.map(idOf)).toEqual([first, first, second]);
    const nonces = received.map(({ headers }) => headers['x-webhook-nonce']);
    expect(new Set(nonces).size).toBe(3);
    expect(received[0]?.headers['x-webhook-id']).toBe(received[1]?.headers['x-webhook-id']);
  });

  test('a cut loses nothing and repeats nothing', async () => {
    const network = await startNetwork();
    const { received, url } = await openReceiver();
    const listener = await listenTo(url, '--events', 'all', '--url', network.url);
    const ids = [await makeEvent()];
    await until('the first event', () => received.length === 1);
    network.cut(true);
    await until('the cut', () => listener.out().includes('Cut off'));
    ids.push(await makeEvent(), await makeEvent());
    network.cut(false);
    await until('the others', () => received.length >= 3);
    expect(listener.out()).toContain('Connected again');
    ids.push(await makeEvent());
    await until('the last', () => received.length >= 4);
    expect(received.map(idOf)).toEqual(ids);
  });
});

describe('what it refuses', () => {
  const secret = `st_live_secret_${'a'.repeat(64)}`;
  const env = { ALLSCALE_BASE_URL: 'http://127.0.0.1:9', ALLSCALE_API_SECRET: secret };
  const forward = ['--forward', 'http://localhost:3000/hook'];
  test.each([
    ['a live key', ['listen', ...forward], { ALLSCALE_API_KEY: `st_live_${'a'.repeat(32)}` }, /not of a test store/],
    ['an old key', ['listen', ...forward], { ALLSCALE_API_KEY: `st_${'a'.repeat(32)}` }, /not of a test store/],
    ['no key', ['listen', ...forward], {}, /ALLSCALE_API_KEY or --key is needed/],
    ['the secret as an option', ['listen', ...forward, '--secret', secret], {}, /Unknown argument: --secret/],
    ['no URL', ['listen'], { ALLSCALE_API_KEY: `st_test_${'a'.repeat(32)}` }, /--forward is needed/],
    ['a bad number', ['listen', ...forward, '--after', 'x'], {}, /--after must be a whole number/],
    ['another command', ['follow'], {}, /Unknown command: follow/],
  ])('%s', async (_name, args, more, says) => {
    const listener = run(args, { ...env, ...more });
    expect(await listener.exited).toBe(1);
    expect(listener.out()).toMatch(says);
    expect(listener.out()).not.toContain(secret);
  });

  test('a key that the API rejects ends it with the reason', async () => {
    const { url } = await openReceiver();
    const wrong = { ALLSCALE_API_SECRET: `st_test_secret_${'0'.repeat(64)}` };
    const base = { ALLSCALE_BASE_URL: api.origin, ALLSCALE_API_KEY: store.apiKey };
    const listener = run(['listen', '--forward', url], { ...base, ...wrong });
    expect(await listener.exited).toBe(1);
    expect(listener.out()).toContain('20002, wrong_signature');
  });
});
