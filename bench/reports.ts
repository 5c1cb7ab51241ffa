// The hour in which the day of many stores ends: reports and their e-mails through the real worker process, with a steady stream of
// webhooks that must not get slower. Once with Resend's limit of five requests a second, once with a mail server without limit.
import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { argumentsOf } from '#scripts/images/processes.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { startService } from '#scripts/lib/stack/service.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { startResendDouble } from '#simulate/doubles/resend.ts';
import { startMailServer } from '#test/emails/mail-server.ts';
import { REPORTS_SCHEDULE_ID } from '#workflows/messages.ts';
import { cpuMilliseconds } from './lib/cpu.ts';
import { type BenchOptions, type Figure, type PartResult, percentile, rounded } from './lib/measure.ts';
import { LARGE_ORDERS, type ReportStores, SMALL_ORDERS, seedReportStores } from './lib/report-stores.ts';
import type { BenchStack } from './lib/stack.ts';
import { startWebhookStream, type WebhookStream } from './lib/webhook-stream.ts';

const STORES = 1_000;
const QUICK_STORES = 30;
/** Well below the machine's limit, at which webhooks would wait for each other. */
const WEBHOOKS_PER_SECOND = 2;
const WITHIN_MS = 3_600_000;
/** The transport's time between two requests (activities/email-resend.ts). */
const RESEND_INTERVAL_S = 0.21;

type MailKind = 'resend' | 'smtp';
const LABELS: Record<MailKind, string> = { resend: 'Resend', smtp: 'a mail server without limit' };

/** The mail server of the benchmark. */
interface Mails {
  env: Record<string, string>;
  /** Number of accepted e-mails. */
  taken(): number;
  /** Number of different e-mails. */
  different(): number;
  close(): Promise<void>;
}

const startMails = async (kind: MailKind): Promise<Mails> => {
  if (kind === 'resend') {
    const double = await startResendDouble();
    return {
      env: { RESEND_API_KEY: 're_bench', RESEND_BASE_URL: double.url },
      taken: () => double.deliveries,
      different: () => double.accepted.size,
      close: () => double.close(),
    };
  }
  const server = await startMailServer();
  return {
    env: { SMTP_URL: server.url },
    taken: () => server.received.length,
    different: () => new Set(server.received.map(({ recipients }) => recipients.join())).size,
    close: () => server.close(),
  };
};

export const benchReports = async (stack: BenchStack, options: BenchOptions): Promise<PartResult> => {
  const count = options.stores ?? (options.quick ? QUICK_STORES : STORES);
  const database = new pg.Client({ connectionString: stack.databaseUrl });
  await database.connect();
  const address = await stack.temporal();
  const connection = await Connection.connect({ address });
  const stream = await startWebhookStream(stack.databaseUrl, WEBHOOKS_PER_SECOND);
  try {
    options.say(`reports: seeding ${count} stores …`);
    const stores = await seedReportStores(database, stack, count, stream.url);
    const figures: Figure[] = [];
    for (const kind of ['resend', 'smtp'] as const) {
      const hour = { stack, options, database, client: new Client({ connection }), stores, stream, kind };
      figures.push(...(await measureHour(hour)));
    }
    return {
      title: 'The end of the day of many stores',
      how: `${count.toLocaleString('en-US')} stores whose day ended in the same hour (${stores.zone}), one recipient each, ${SMALL_ORDERS} orders in the day; ${stores.large} of them with ${LARGE_ORDERS.toLocaleString('en-US')}. Time runs from the start of the schedule's run; one worker process, which makes at most two reports a second, in a sweep of four in parallel. Resend is a local HTTP server that rejects a sixth request within a second: at 210 ms a mail, ${count.toLocaleString('en-US')} mails take at least ${rounded((count * RESEND_INTERVAL_S) / 60, 1)} min. Before and during the reports, ${WEBHOOKS_PER_SECOND} webhooks a second are queued for alternating stores and measured from the commit of their row to their arrival.`,
      figures,
    };
  } finally {
    await stream.stop();
    await connection.close();
    await database.end();
  }
};

interface Hour {
  stack: BenchStack;
  options: BenchOptions;
  database: pg.Client;
  client: Client;
  stores: ReportStores;
  stream: WebhookStream;
  kind: MailKind;
}

const measureHour = async ({ stack, options, database, client, stores, stream, kind }: Hour): Promise<Figure[]> => {
  const { quick, say } = options;
  await stores.hold(database);
  const mails = await startMails(kind);
  const worker = await startWorkerProcess(stack, kind, mails.env);
  try {
    say(`reports, ${LABELS[kind]}: webhooks alone …`);
    await stream.during(5_000, stores.paidOrders);
    const before = await stream.during(quick ? 10_000 : 60_000, stores.paidOrders);
    const cpuBefore = [cpuMilliseconds(worker.pid), cpuMilliseconds(stack.temporalPid())] as const;
    await stores.release(database);
    const startedAt = Date.now();
    await client.schedule.getHandle(REPORTS_SCHEDULE_ID).trigger();
    say(`reports, ${LABELS[kind]}: ${stores.count} reports …`);
    const made = untilReports(database, stores.count).then(() => (Date.now() - startedAt) / 1000);
    const sent = waitFor(() => mails.taken() >= stores.count, {
      what: 'the last mail',
      timeoutMs: WITHIN_MS,
      intervalMs: 50,
    }).then(() => (Date.now() - startedAt) / 1000);
    const [during, madeSeconds, sentSeconds] = await Promise.all([stream.during(sent, stores.paidOrders), made, sent]);
    const cpu = [cpuMilliseconds(worker.pid), cpuMilliseconds(stack.temporalPid())].map(
      (after, index) => after - (cpuBefore[index] ?? Number.NaN),
    );
    const label = (what: string): string => `${LABELS[kind]}: ${what}`;
    return [
      {
        what: label('last report stored after, reports a second'),
        value: `${rounded(madeSeconds)} s, ${rounded(stores.count / madeSeconds, 1)}`,
      },
      {
        what: label(`last of ${mails.taken()} mails accepted after (${mails.different()} different ones)`),
        value: `${rounded(sentSeconds)} s`,
        aim: '< 1 h, each once',
      },
      {
        what: label('processor time for each report, webhooks of the time included: worker, Temporal'),
        value: cpu.map((ms) => `${rounded(ms / stores.count)} ms`).join(', '),
      },
      ...([50, 99] as const).map((percent) => {
        const [quiet, busy] = [percentile(before, percent), percentile(during, percent)];
        return {
          what: label(`webhooks p${percent}: before (${before.length}), during the reports (${during.length}), ratio`),
          value: `${rounded(quiet)} ms, ${rounded(busy)} ms, ${rounded(busy / quiet, 1)}`,
          aim: percent === 50 ? '≤ 1.5' : '≤ 3',
        };
      }),
      // Shows tasks that Temporal lost: it repeats them after eleven seconds (decision 0047).
      { what: label('the longest webhook of the reports'), value: `${rounded(Math.max(...during))} ms` },
    ];
  } finally {
    await worker.stop();
    await mails.close();
  }
};

const startWorkerProcess = async (stack: BenchStack, kind: MailKind, env: Readonly<Record<string, string>>) => {
  const port = await freePort();
  return await startService({
    name: `worker-${kind}-${randomBytes(3).toString('hex')}`,
    dataDir: stack.dataDir,
    command: [process.execPath, ...argumentsOf('worker')],
    healthUrl: `http://127.0.0.1:${port}/healthz`,
    env: {
      ...process.env,
      NODE_ENV: 'development',
      LOG_LEVEL: 'warn',
      DATABASE_URL: stack.databaseUrl,
      MASTER_KEYS: stack.masterKeys,
      TEMPORAL_ADDRESS: await stack.temporal(),
      WORKER_HEALTH_PORT: String(port),
      WEBHOOK_ALLOWED_RANGES: '127.0.0.0/8',
      EMAIL_TRANSPORT: kind,
      EMAIL_FROM: 'Checkout <no-reply@bench.example>',
      PUBLIC_URL: 'https://pay.example',
      ...env,
    },
  });
};

const untilReports = async (database: pg.Client, count: number): Promise<void> => {
  await waitFor(
    async () => {
      const { rows } = await database.query<{ n: number }>(
        'select count(*)::int as n from report where order_count > 0',
      );
      return rows[0]?.n === count;
    },
    { what: 'the last report', timeoutMs: WITHIN_MS, intervalMs: 500 },
  );
};
