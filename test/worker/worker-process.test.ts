// The worker process rejects wrong settings, keeps running without Temporal, and stops cleanly.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRatesActivities } from '#activities/rates.ts';
import { queueEmail } from '#db/delivery/queue-emails.ts';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { readRate } from '#db/intents/fiat-rates.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { ConfigError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { type RunningTemporal, startTemporal } from '#scripts/lib/stack/temporal.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { startMailServer } from '#test/emails/mail-server.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { addTransfer, makeIntent, makeStore } from '#test/support/intents.ts';
import { readEmailConfig } from '#worker/email-env.ts';
import { readWorkerEnv } from '#worker/env.ts';

/** What `makeStore` seals API secrets with. */
const MASTER_KEYS = `test:${Buffer.alloc(32, 7).toString('base64')}`;
/** Production refuses the one above. */
const STRONG_MASTER_KEYS = `test:${createHash('sha256').update('master key').digest('base64')}`;
let dataDir: string;
let database: TestDatabase;
let orm: Orm;
let temporalPort: number;
let temporal: RunningTemporal | undefined;
const children: ChildProcess[] = [];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'checkout-worker-'));
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
  temporalPort = await freePort();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await temporal?.stop();
  await orm?.close();
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Ended {
  code: number | null;
  stderr: string;
}

const startWorker = (variables: Record<string, string>): { child: ChildProcess; ended: Promise<Ended> } => {
  const env = {
    PATH: process.env.PATH ?? '',
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
    NODE_ENV: 'development' as const,
    LOG_LEVEL: 'warn',
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
    MASTER_KEYS,
    ...variables,
  };
  const child = spawn(process.execPath, ['worker/main.ts'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return { child, ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, stderr }))) };
};

/** A confirmed transfer of the whole price, signalled to the intent's workflow. */
const pay = async (intentId: IntentId): Promise<void> => {
  const transferId = await addTransfer(orm.em, intentId, { state: 'confirmed' });
  await orm.em
    .fork()
    .execute(`insert into dispatch (kind, subject_id, dedupe_key, data) values ('signal_intent', ?, ?, ?)`, [
      intentId,
      `signal:${transferId}`,
      JSON.stringify({ signal: 'transferConfirmed', transferId }),
    ]);
};

const untilConfirmed = (intentId: IntentId): Promise<unknown> =>
  waitFor(async () => (await orm.em.fork().findOneOrFail(CheckoutIntent, intentId)).status === IntentStatus.CONFIRMED, {
    what: 'CONFIRMED',
    timeoutMs: 90_000,
  });

const startServer = async (): Promise<void> => {
  temporal = await startTemporal({ dataDir, port: temporalPort, persistent: true });
};

describe('the start', () => {
  it('names a variable that is wrong in one line, without its value', { timeout: 180_000 }, async () => {
    const { code, stderr } = await startWorker({ MASTER_KEYS: 'key:short' }).ended;
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('worker: MASTER_KEYS: ');
    expect(stderr).not.toContain('key:short');
  });

  // What the start prints is the error's message.
  it.each([
    ['DATABASE_URL', 'mysql://x/y'],
    ['TEMPORAL_ADDRESS', 'http://localhost'],
    ['MASTER_KEYS', 'key:short'],
    ['WORKER_HEALTH_PORT', '99999'],
    ['TEMPORAL_METRICS_ADDRESS', 'http://localhost'],
    ['WEBHOOK_ALLOWED_RANGES', '127.0.0.1'],
    ['RELAYER_KEY', '0x12'],
    ['RPC_URLS_31337', 'ftp://localhost'],
    ['RPC_URLS_5', 'http://localhost'],
    ['RATES', 'guessed'],
    ['EMAIL_TRANSPORT', 'pigeon'],
  ])('the settings name the variable %s when it is wrong, in one line, without its value', (name, value) => {
    const read = (variables: Record<string, string>) =>
      readWorkerEnv({
        ...{ NODE_ENV: 'development', DATABASE_URL: database.url, TEMPORAL_ADDRESS: '127.0.0.1:7233', MASTER_KEYS },
        ...variables,
      });
    read({});
    let message = '';
    try {
      read({ [name]: value });
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      message = (error as ConfigError).message;
    }
    expect(message.split('\n')).toHaveLength(1);
    expect(message.startsWith(`${name}: `), message).toBe(true);
    expect(message).not.toContain(value);
  });

  it('needs a source of rates in production, and refuses the static ones', () => {
    const env = (variables: Record<string, string>) =>
      readWorkerEnv({
        NODE_ENV: 'production',
        DATABASE_URL: 'postgres://x/y',
        TEMPORAL_ADDRESS: 'localhost:7233',
        TEMPORAL_API_KEY: '5f0c2ab19e7d46831bd2',
        MASTER_KEYS: STRONG_MASTER_KEYS,
        PUBLIC_URL: 'https://pay.example.com',
        EMAIL_TRANSPORT: 'smtp',
        SMTP_URL: 'smtp://localhost',
        EMAIL_FROM: 'Checkout <no-reply@pay.example>',
        ...variables,
      });
    expect(() => env({})).toThrow('RATES: is needed in production');
    expect(env({ RATES: 'off' }).rates).toBe('off');
    expect(() => env({ RATES: 'static' })).toThrow('RATES: static rates are for development');
    expect(env({ NODE_ENV: 'development' }).rates).toBe('static');
  });

  it('runs in production unless NODE_ENV says otherwise', () => {
    const variables = {
      DATABASE_URL: 'postgres://x/y',
      TEMPORAL_ADDRESS: 'localhost:7233',
      TEMPORAL_API_KEY: '5f0c2ab19e7d46831bd2',
      MASTER_KEYS: STRONG_MASTER_KEYS,
      RATES: 'off',
      PUBLIC_URL: 'https://pay.example.com',
      EMAIL_TRANSPORT: 'smtp',
      SMTP_URL: 'smtp://localhost',
      EMAIL_FROM: 'Checkout <no-reply@pay.example>',
    };
    expect(readWorkerEnv(variables).production).toBe(true);
    expect(readWorkerEnv({ ...variables, NODE_ENV: '' }).production).toBe(true);
    expect(readWorkerEnv({ ...variables, NODE_ENV: 'development' }).production).toBe(false);
  });

  it('requires an e-mail transport in production, where the development mailbox is not allowed', () => {
    const email = (variables: Record<string, string>) => readEmailConfig(variables, true);
    const smtp = {
      EMAIL_TRANSPORT: 'smtp',
      SMTP_URL: 'smtps://mail.example',
      EMAIL_FROM: 'a@b.example',
      PUBLIC_URL: 'https://x/',
    };
    expect(() => email({})).toThrow('EMAIL_TRANSPORT: is needed in production');
    expect(() => email({ ...smtp, EMAIL_TRANSPORT: 'mailbox' })).toThrow('EMAIL_TRANSPORT: mailbox is for development');
    expect(() => email({ ...smtp, SMTP_URL: '' })).toThrow('SMTP_URL: is needed for smtp');
    expect(() => email({ ...smtp, EMAIL_FROM: '' })).toThrow('EMAIL_FROM: is needed for smtp');
    expect(() => email({ ...smtp, EMAIL_FROM: 'a\r\nBcc: b@c' })).toThrow('EMAIL_FROM: must be');
    expect(() => email({ ...smtp, EMAIL_TRANSPORT: 'resend' })).toThrow('RESEND_API_KEY: is needed for resend');
    expect(() => email({ ...smtp, PUBLIC_URL: '' })).toThrow('PUBLIC_URL: is needed in production');
    expect(email(smtp)).toMatchObject({
      publicUrl: 'https://x',
      transport: { kind: 'smtp', url: 'smtps://mail.example' },
    });
    expect(readEmailConfig({}, false).transport).toEqual({ kind: 'mailbox' });
  });

  it('stores no rates when they are off', async () => {
    await createRatesActivities({ em: orm.em, source: 'off' }).refreshRates();
    expect(await readRate(orm.em, 9)).toBeUndefined();
    await createRatesActivities({ em: orm.em, source: 'static' }).refreshRates();
    expect(await readRate(orm.em, 9)).toMatchObject({ rateE10: 6_512_000_000n });
    await orm.em.fork().execute('delete from fiat_rate');
  });
});

describe('a running worker', () => {
  it('starts without Temporal, survives a kill of it, continues, and ends on SIGTERM', {
    timeout: 240_000,
  }, async () => {
    const healthPort = await freePort();
    const temporalMetrics = `127.0.0.1:${await freePort()}`;
    const { child, ended } = startWorker({
      WORKER_HEALTH_PORT: String(healthPort),
      TEMPORAL_METRICS_ADDRESS: temporalMetrics,
    });
    const health = async (): Promise<{ status: number; temporal: boolean }> => {
      const response = await fetch(`http://127.0.0.1:${healthPort}/healthz`);
      return { status: response.status, ...((await response.json()) as { temporal: boolean }) };
    };
    const until = (temporalIsUp: boolean, status: number) =>
      waitFor(
        async () => {
          const now = await health();
          return now.temporal === temporalIsUp && now.status === status;
        },
        { what: `Temporal ${temporalIsUp ? 'up' : 'down'}`, timeoutMs: 60_000 },
      );
    await until(false, 503);
    // Not ready, and alive.
    expect((await fetch(`http://127.0.0.1:${healthPort}/livez`)).status).toBe(200);
    await startServer();
    await until(true, 200);

    const store = await makeStore(orm.em);
    const before = await makeIntent(orm.em, store);
    await waitFor(
      async () =>
        (await orm.em.fork().execute('select 1 from dispatch where subject_id = ? and done_at is not null', [before]))
          .length === 1,
      { what: 'the start', timeoutMs: 30_000 },
    );
    const metrics = await (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text();
    expect(metrics).toMatch(/^dispatch_done_total [1-9]\d*$/m);
    for (const name of ['dispatch_failed_total', 'dispatch_pending', 'dispatch_oldest_seconds', 'worker_is_leader']) {
      expect(metrics).toMatch(new RegExp(`^${name} \\d+$`, 'm'));
    }
    expect(metrics).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(await (await fetch(`http://${temporalMetrics}/metrics`)).text()).toMatch(/^temporal_num_pollers\{/m);
    process.kill(temporal?.pid ?? 0, 'SIGKILL');
    await temporal?.exited;
    await until(false, 200);
    // Created and paid while Temporal is down.
    const during = await makeIntent(orm.em, store);
    for (const intentId of [before, during]) await pay(intentId);
    await startServer();
    for (const intentId of [before, during]) await untilConfirmed(intentId);
    await waitFor(async () => (await orm.em.fork().execute('select 1 from fiat_rate')).length > 0, {
      what: 'fiat rates',
      timeoutMs: 60_000,
    });

    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('a slow mail server delays nothing else; a worker killed before it stores the reply sends the same message again', {
    timeout: 240_000,
  }, async () => {
    if (!temporal) await startServer();
    const mailServer = await startMailServer();
    let webhooks = 0;
    const receiver = createServer((_request, response) => {
      webhooks += 1;
      response.end();
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const variables = {
      WEBHOOK_ALLOWED_RANGES: '127.0.0.0/8',
      WORKER_HEALTH_PORT: '0',
      EMAIL_TRANSPORT: 'smtp',
      SMTP_URL: mailServer.url,
      EMAIL_FROM: 'Checkout <no-reply@pay.example>',
    };
    const isReceived = (times: number) =>
      waitFor(() => mailServer.received.length === times, { what: `message ${times}`, timeoutMs: 90_000 });
    mailServer.sayNothingAfterTaking();
    const first = startWorker(variables);
    const store = await makeStore(orm.em);
    await queueEmail(orm.em.fork(), {
      kind: 'store_activated',
      subjectId: store.storeId,
      recipient: 'owner@shop.example',
      storeId: store.storeId,
      data: { link: 'https://pay.example/dashboard' },
    });
    await isReceived(1);
    // The mail server has the message and does not reply. A payment is still confirmed and announced to its shop.
    const { port } = receiver.address() as AddressInfo;
    const order = await makeIntent(orm.em, await makeStore(orm.em, `http://127.0.0.1:${port}/hook`));
    await pay(order);
    await untilConfirmed(order);
    await waitFor(() => webhooks === 1, { what: 'the webhook', timeoutMs: 30_000 });
    expect(await orm.em.fork().findOneOrFail(EmailMessage, { subjectId: store.storeId })).toMatchObject({
      state: 'pending',
      attempts: 0,
    });
    first.child.kill('SIGKILL');
    await first.ended;

    const second = startWorker(variables);
    await isReceived(2);
    await waitFor(
      async () => (await orm.em.fork().findOneOrFail(EmailMessage, { subjectId: store.storeId })).state === 'sent',
      { what: 'the mark', timeoutMs: 30_000 },
    );
    // By Message-ID, and byte for byte, it is one message.
    expect(new Set(mailServer.received.map(({ source }) => source)).size).toBe(1);
    second.child.kill('SIGKILL');
    await second.ended;
    await mailServer.close();
    receiver.close();
  });
});
