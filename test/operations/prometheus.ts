// A real Prometheus with the rules of docs/operations, whose waits are shortened where a test raises an alarm. The thresholds stay.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { prometheusFolder } from '#scripts/lib/tools/prometheus.ts';

export const OPERATIONS = join(REPOSITORY, 'docs', 'operations');

/** Raised by test/operations/alerts.test.ts, on whole processes; causes.test.ts raises the others on a ledger and a chain. */
export const RAISED_BY_PROCESSES = [
  'CheckoutWebhooksFailing',
  'CheckoutChainTrouble',
  'CheckoutProcessDown',
  'CheckoutNoLeader',
] as const;

interface Rule {
  alert?: string;
  expr: string;
  for?: string;
}
interface RulesFile {
  groups: { rules: Rule[] }[];
}
const rulesFile = (): RulesFile => parse(readFileSync(join(OPERATIONS, 'alerts.yml'), 'utf8'));

/** Names of all alarms. */
export const alarms = (): string[] =>
  rulesFile().groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));

/** Those that are raised wait for two seconds, and compare with two seconds before; the others are as in production. */
const shortened = (raised: readonly string[]): string => {
  const file = rulesFile();
  for (const rule of file.groups.flatMap(({ rules }) => rules)) {
    if (!raised.includes(rule.alert ?? '')) continue;
    rule.for = '2s';
    rule.expr = rule.expr.replaceAll(/\boffset \w+/g, 'offset 2s');
  }
  return stringify(file);
};

interface Alarm {
  state: string;
  labels: { alertname: string; chain_id?: string; job?: string; kind?: string };
}

export interface Prometheus {
  /** The value of an expression that has one series; undefined while it has none. */
  value(expression: string): Promise<number | undefined>;
  query(expression: string): Promise<unknown>;
  /** Labels of what fires. */
  firing(): Promise<Alarm['labels'][]>;
  /** Without repetition, in alphabetical order. */
  firingNames(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Ends a child that is still there. */
export const endChild = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
};

/**
 * @param folder for its files
 * @param ports of `/metrics` on this machine, by job
 * @param raised alarms that the test raises
 */
export const startPrometheus = async (
  folder: string,
  ports: Readonly<Record<string, number>>,
  raised: readonly string[],
): Promise<Prometheus> => {
  writeFileSync(join(folder, 'alerts.yml'), shortened(raised));
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['alerts.yml'],
    scrape_configs: Object.entries(ports).map(([job, port]) => ({
      job_name: job,
      static_configs: [{ targets: [`127.0.0.1:${port}`] }],
    })),
  };
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
  const port = await freePort();
  const child = spawn(
    join(await prometheusFolder(), 'prometheus'),
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
    if (status !== 'success') throw new Error(`${path}: ${error}`);
    return data;
  };
  const query = <T>(expression: string): Promise<T> => get<T>(`query?query=${encodeURIComponent(expression)}`);
  const firing: Prometheus['firing'] = async () =>
    (await get<{ alerts: Alarm[] }>('alerts')).alerts
      .filter(({ state }) => state === 'firing')
      .map(({ labels }) => labels);
  return {
    async value(expression) {
      const { result } = await query<{ result: { value: [number, string] }[] }>(expression);
      return result[0] && Number(result[0].value[1]);
    },
    query,
    firing,
    firingNames: async () => [...new Set((await firing()).map(({ alertname }) => alertname))].toSorted(),
    stop: () => endChild(child),
  };
};
