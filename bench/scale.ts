// (k) What the production shape does with more servers: `npm run cluster`'s processes, each worker and web server with a fixed share of the
// processor, as on a small machine of its own. Servers are added under load. Orders a second show whether work spreads, processor time
// shows what each step is bound by, and the costs of one order at the first step say what the other steps should do.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { openOrm } from '#db/orm.ts';
import { fromClone } from '#scripts/cluster/launcher.ts';
import { prepareProductionBuild } from '#scripts/cluster/production-build.ts';
import { openStore } from '#scripts/cluster/shop.ts';
import { type Cluster, type ServerKind, startCluster } from '#scripts/cluster/start.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { Supervisor } from '#scripts/lib/stack/supervisor.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { type Difference, difference, KINDS, type Kind, openCosts, type Reading } from './lib/cluster-costs.ts';
import { startClusterLoad } from './lib/cluster-load.ts';
import { asPercent, type BenchOptions, type Figure, type PartResult, ratePerSecond, rounded } from './lib/measure.ts';
import { openShares, type Shares } from './lib/shares.ts';

/**
 * Of a core. Small, so that the rest of the machine is enough for Temporal, Postgres and the chains. Web has more than the load asks of it:
 * with a tenth it misses the balancer's health checks.
 */
const SHARE: Record<ServerKind, number> = { worker: 0.1, web: 0.3 };
const WEBS = 2;
/** The workers of each step, beside one web server. One is added from step to step. */
const STEPS = [1, 2, 3, 4] as const;
const SETTLED_WITHIN_MS = 600_000;
const CREATES_IN_FLIGHT = 32;

interface Step {
  workers: number;
  perSecond: number;
  orders: number;
  used: Difference;
}

type Costs = ReturnType<typeof openCosts>;

export const benchScale = async ({ quick, say }: BenchOptions): Promise<PartResult> => {
  const times = quick ? { warm: 10, window: 20, idle: 5 } : { warm: 40, window: 120, idle: 30 };
  const steps = quick ? STEPS.slice(0, 2) : STEPS;
  const dataDir = mkdtempSync(join(tmpdir(), 'checkout-scale-'));
  const shares = openShares();
  const supervisor = new Supervisor(say);
  let cluster: Cluster | undefined;
  let costs: Costs | undefined;
  try {
    await prepareProductionBuild(say);
    const workers = steps.at(-1) ?? 1;
    cluster = await startCluster({
      ...{ dataDir, port: await freePort(), launcher: fromClone(), supervisor, say, logLevel: 'warn' },
      ...{ webs: WEBS, workers, atFirst: { webs: 1, workers: 1 } },
    });
    costs = openCosts(cluster, dataDir);
    const limit = limiter(cluster, costs, shares);
    limit('worker-1');
    limit('web-1');
    say('scale: idle …');
    const idle = await during(costs, times.idle);
    const measured = await measureSteps({ cluster, costs, limit, steps, times, quick, say });
    const creates = await measureCreates({ cluster, limit, seconds: times.window / 4, say });
    return {
      title: 'More servers',
      how: `The processes of \`npm run cluster\`: Temporal's real server on Postgres with TLS, the load balancer, local chains with a block every 2 s, production settings. Each worker may use ${asPercent(SHARE.worker)} of a core, each web server ${asPercent(SHARE.web)} (a control group's quota); Temporal, Postgres, balancer, chains and load share the rest of the machine. An order: created over the API through the balancer, its page opened, paid on-chain, confirmed, settled, two e-mails sent by SMTP; no webhook, which production refuses to send to this machine. As many orders are in flight as keep every step busy; ${times.window} s are measured at each step, ${times.warm} s after the new server was added. "By its costs": what the processor time of the first step, without the idle one, says that the step can do.`,
      figures: figuresOf(idle, measured, creates),
    };
  } finally {
    await costs?.close();
    await supervisor.stop();
    await cluster?.mail.close();
    shares.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

type Limit = (name: string) => void;

const limiter =
  (cluster: Cluster, costs: Costs, shares: Shares): Limit =>
  (name) => {
    const pid = costs.pidOf(name);
    if (pid === undefined) throw new Error(`${name} does not run`);
    shares.give(pid, SHARE[cluster.kinds.web?.includes(name) ? 'web' : 'worker']);
  };

const during = async (costs: Costs, seconds: number): Promise<Difference> => {
  const before = await costs.read();
  await delay(seconds * 1_000);
  return difference(before, await costs.read());
};

interface Measurement {
  cluster: Cluster;
  costs: Costs;
  limit: Limit;
  steps: readonly number[];
  times: { warm: number; window: number };
  quick: boolean;
  say: (line: string) => void;
}

const measureSteps = async ({ cluster, costs, limit, steps, times, quick, say }: Measurement): Promise<Step[]> => {
  const load = await startClusterLoad(cluster, quick ? 20 : 120);
  const measured: Step[] = [];
  for (const [index, workers] of steps.entries()) {
    if (index > 0) limit(await cluster.startNext('worker'));
    await delay(times.warm * 1_000);
    const complete = load.complete();
    const used = await during(costs, times.window);
    const orders = load.complete() - complete;
    measured.push({ workers, orders, perSecond: orders / used.seconds, used });
    say(`scale: ${nameOf(workers)}: ${rounded(orders / used.seconds, 2)} orders a second`);
  }
  say('scale: the last orders …');
  const ids = await load.finish();
  if (load.repeated() > 0) say(`scale: ${load.repeated()} requests were made again`);
  await checkOnce(cluster, ids);
  say(`scale: ${ids.length} orders, each confirmed and settled once, no e-mail twice`);
  return measured;
};

/** Throws unless each order was confirmed, settled and told of once. */
const checkOnce = async ({ applicationUrl, mail }: Cluster, ids: readonly string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: applicationUrl });
  await client.connect();
  const count = async (query: string): Promise<number> => {
    const { rows } = await client.query<{ count: string }>(`select count(*) from (${query}) found`, [ids]);
    return Number(rows[0]?.count);
  };
  try {
    await waitFor(
      async () =>
        (await count("select 1 from settlement where intent_id = any($1) and state = 'settled'")) >= ids.length,
      { what: 'the settlements', timeoutMs: SETTLED_WITHIN_MS, intervalMs: 1_000 },
    );
    const wrong = {
      'confirmed other than once': `select 1 from unnest($1::text[]) o(id) left join timeline_event e
        on e.intent_id = o.id and e.kind = 'status' and e.status_to = 20 group by o.id having count(e.id) <> 1`,
      'with other than one transfer': `select 1 from unnest($1::text[]) o(id) left join token_transfer t
        on t.intent_id = o.id and t.state <> 'orphaned' group by o.id having count(t.id) <> 1`,
      'settled other than once': `select 1 from unnest($1::text[]) o(id) left join settlement s
        on s.intent_id = o.id group by o.id having count(s.id) <> 1`,
      'with an e-mail twice or unsent': `select 1 from email_message where intent_id = any($1)
        group by intent_id, kind, recipient having count(*) <> 1 or bool_or(state <> 'sent')`,
    };
    for (const [what, query] of Object.entries(wrong)) {
      const found = await count(query);
      if (found > 0) throw new Error(`${found} orders are ${what}`);
    }
    const sent = mail.taken.map(({ id }) => id);
    if (new Set(sent).size !== sent.length) throw new Error('the mail provider took an e-mail twice');
  } finally {
    await client.end();
  }
};

interface Creates {
  cluster: Cluster;
  limit: Limit;
  seconds: number;
  say: (line: string) => void;
}

/** Creates a second by one and by two web servers. Their workflows are not waited for: it is the last thing that the cluster does. */
const measureCreates = async ({ cluster, limit, seconds, say }: Creates): Promise<[number, number]> => {
  const orm = await openOrm({ databaseUrl: cluster.applicationUrl, poolSize: 2 });
  const { client } = await openStore(orm.em.fork(), cluster, 'Creates');
  await orm.close();
  const rates: number[] = [];
  let turn = 0;
  for (const webs of [1, 2]) {
    if (webs === 2) limit(await cluster.startNext('web'));
    const rate = await ratePerSecond(CREATES_IN_FLIGHT, seconds * 1_000, async () => {
      turn += 1;
      await client.createCheckout({ stable_coin: 1, amount_cents: 1234, order_id: `create-${turn}` });
    });
    say(`scale: ${webs} web: ${rounded(rate, 1)} creates a second`);
    rates.push(rate);
  }
  return rates as [number, number];
};

const nameOf = (workers: number): string => `1 web, ${workers} worker${workers === 1 ? '' : 's'}`;

const coresOf = ({ cpu, seconds }: Difference, kind: Kind): number => cpu[kind] / 1_000 / seconds;

/** What a step is bound by: the kind that used most of what it may use. */
const boundBy = ({ workers, used }: Step): string => {
  const rest = KINDS.filter((kind) => kind !== 'worker' && kind !== 'web').reduce(
    (sum, kind) => sum + coresOf(used, kind),
    0,
  );
  const all = rest + coresOf(used, 'worker') + coresOf(used, 'web');
  const shares: [string, number][] = [
    ['workers', coresOf(used, 'worker') / (workers * SHARE.worker)],
    ['web', coresOf(used, 'web') / SHARE.web],
    ['machine', all / availableParallelism()],
  ];
  const [most = 'nothing'] = shares.toSorted(([, a], [, b]) => b - a)[0] ?? [];
  return `${shares.map(([name, share]) => `${name} ${asPercent(share)}`).join(', ')}: ${most}`;
};

const figuresOf = (idle: Difference, steps: readonly Step[], [one, two]: [number, number]): Figure[] => {
  const [first] = steps;
  if (!first) throw new Error('no step was measured');
  const { used, orders } = first;
  /** Milliseconds of processor time for one order, above what the idle system takes. */
  const costOf = (kind: Kind): number =>
    (used.cpu[kind] - (kind === 'load' ? 0 : (idle.cpu[kind] / idle.seconds) * used.seconds)) / orders;
  const idleWorker = coresOf(idle, 'worker');
  const predicted = (workers: number): number => ((workers * (SHARE.worker - idleWorker)) / costOf('worker')) * 1_000;
  const perOrder = (figure: keyof Omit<Reading, 'at' | 'cpu'>, digits = 0): string => {
    const total = steps.reduce((sum, step) => sum + step.used[figure], 0);
    return rounded(total / steps.reduce((sum, step) => sum + step.orders, 0), digits);
  };
  return [
    {
      what: 'idle, of a core: worker, web, Temporal, Postgres',
      value: (['worker', 'web', 'temporal', 'postgres'] as const)
        .map((kind) => asPercent(coresOf(idle, kind)))
        .join(', '),
    },
    { what: 'idle: RPC calls a second, two chains', value: rounded(idle.rpcCalls / idle.seconds, 1) },
    ...steps.flatMap((step): Figure[] => [
      {
        what: `${nameOf(step.workers)}: orders a second; against the first step; by its costs`,
        value: `${rounded(step.perSecond, 2)}; ${rounded(step.perSecond / first.perSecond, 2)}×; ${rounded(predicted(step.workers), 2)}`,
      },
      { what: `${nameOf(step.workers)}: used of what it may use, and the bound`, value: boundBy(step) },
      {
        what: `${nameOf(step.workers)}: RPC calls a second`,
        value: rounded(step.used.rpcCalls / step.used.seconds, 1),
      },
    ]),
    {
      what: 'processor time for one order, at the first step: worker, web, Temporal, Postgres, balancer, chains',
      value: (['worker', 'web', 'temporal', 'postgres', 'balancer', 'chain'] as const)
        .map((kind) => `${rounded(costOf(kind), 1)} ms`)
        .join(', '),
    },
    {
      what: 'rows for one order: inserted, updated; transactions of ours, of Temporal',
      value: `${perOrder('inserted', 1)}, ${perOrder('updated', 1)}; ${perOrder('commits')}, ${perOrder('temporalCommits')}`,
    },
    {
      what: 'disk for one order, indexes included: ours, Temporal',
      value: `${kib(steps, 'applicationBytes')}, ${kib(steps, 'temporalBytes')}`,
    },
    { what: 'RPC calls for one order, above the idle ones', value: rpcCallsPerOrder(idle, steps) },
    {
      what: 'creates a second: one web, two',
      value: `${rounded(one, 1)}, ${rounded(two, 1)}: ${rounded(two / one, 2)}×`,
    },
  ];
};

const kib = (steps: readonly Step[], figure: 'applicationBytes' | 'temporalBytes'): string => {
  const bytes = steps.reduce((sum, step) => sum + step.used[figure], 0);
  return `${rounded(bytes / 1024 / steps.reduce((sum, step) => sum + step.orders, 0))} KiB`;
};

/** Each step's start adds calls of its new worker: it is before the window. */
const rpcCallsPerOrder = (idle: Difference, steps: readonly Step[]): string => {
  const calls = steps.reduce((sum, { used }) => sum + used.rpcCalls - (idle.rpcCalls / idle.seconds) * used.seconds, 0);
  return rounded(calls / steps.reduce((sum, step) => sum + step.orders, 0), 1);
};
