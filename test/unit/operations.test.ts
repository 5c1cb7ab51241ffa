// docs/operations against the code: rules and dashboard name metrics that the processes have, every metric of theirs is used and
// described, and every alarm has a card and tests. What the cards tell to type: test/admin/handbook.test.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Fastify from 'fastify';
import type { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readRetention } from '#domain/retention.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { createWebMetrics, measureResponses } from '#web/http/web-metrics.ts';
import { createActivityMetrics } from '#worker/activity-metrics.ts';
import { createGrowth } from '#worker/growth.ts';
import { createWorkerMetrics, type WorkerMetricsDeps } from '#worker/metrics.ts';

const read = (name: string): string => readFileSync(join(REPOSITORY, 'docs', 'operations', name), 'utf8');

interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}
const rules = (parse(read('alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const alerts = rules.flatMap(({ alert, labels, annotations }) => (alert ? [{ alert, labels, annotations }] : []));
const recorded = rules.flatMap(({ record }) => record ?? []);

interface Panel {
  title: string;
  targets?: { expr: string }[];
}
const panels = (JSON.parse(read('dashboard.json')) as { panels: Panel[] }).panels;
const shown = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const handbook = read('README.md');

/** Keywords of PromQL, which are no metrics. A function is known by its bracket. */
const KEYWORDS = new Set(['and', 'or', 'unless', 'by', 'without', 'on', 'ignoring', 'bool']);

/** The metrics that an expression reads: what is neither label, text, duration, function nor keyword. */
const metricsOf = (expression: string): string[] => {
  const bare = expression
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]|\boffset \d+[smhd]/g, '')
    .replace(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, '');
  return [...bare.matchAll(/[a-z_:][\w:]*(?!\w*\s*\()/g)].map(([name]) => name).filter((name) => !KEYWORDS.has(name));
};

const webRegistry = (): Registry => {
  const register = createWebMetrics();
  measureResponses(Fastify(), register);
  return register;
};
const em = {} as WorkerMetricsDeps['em'];
const unread = { em, dispatcher: { counts: { done: 0, failed: 0 } } };
const workerRegistry = (): Registry =>
  createWorkerMetrics({
    ...unread,
    pools: new Map(),
    leaderTasks: { isLeader: () => false },
    activityMetrics: createActivityMetrics([1]),
    gas: { readings: () => [] },
    growth: createGrowth({ em, retention: readRetention({}), logger: { info: () => {} } }),
  });

const names = [webRegistry(), workerRegistry()].flatMap((registry) =>
  registry.getMetricsAsArray().map((metric) => (metric as unknown as { name: string }).name),
);
const isOwn = (name: string): boolean => !/^(process|nodejs)_/.test(name);
/** Web and worker share one. */
const own = [...new Set(names.filter(isOwn))];
/** `up` is Prometheus' own. A histogram has three names. */
const known = new Set([
  ...names,
  ...own.flatMap((name) => ['_bucket', '_count', '_sum'].map((end) => name + end)),
  'up',
]);
const histogram = (name: string): string => name.replace(/_(bucket|count|sum)$/, '');

test('an expression is taken apart', () => {
  const expression =
    'max by (chain_id) (rate(a_total{x="b_c",le="1"}[5m])) > 2 and on (y) x:y:z_5m or vector(0) unless time() - up offset 1h';
  expect(metricsOf(expression)).toEqual(['a_total', 'x:y:z_5m', 'up']);
});

test('rules and dashboard read metrics that exist, and every metric of ours is on the dashboard and in the table', () => {
  const used = [...rules.map(({ expr }) => expr), ...shown].flatMap(metricsOf);
  expect(used.filter((name) => !known.has(name) && !recorded.includes(name))).toEqual([]);
  const seen = new Set(shown.flatMap(metricsOf).map(histogram));
  expect(own.filter((name) => !seen.has(name))).toEqual([]);
  const table = handbook.slice(handbook.indexOf('## Metrics'), handbook.indexOf('## Promises'));
  const listed = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell]) =>
    [...(cell ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''),
  );
  expect(listed.toSorted()).toEqual([...own].toSorted());
});

test('labels have few values: none is an id of an order, a store or a person', () => {
  const labels = [webRegistry(), workerRegistry()].flatMap((registry) =>
    registry.getMetricsAsArray().flatMap((metric) => (metric as unknown as { labelNames: string[] }).labelNames),
  );
  const allowed = [
    'chain_id',
    'digest',
    'kind',
    'kind',
    'method',
    'outcome',
    'relayer',
    'route',
    'space',
    'status',
    'table',
    'token',
    'type',
    'version',
    'major',
    'minor',
    'patch',
  ];
  expect([...new Set(labels)].filter((label) => !allowed.includes(label))).toEqual([]);
});

describe('alarms', () => {
  const cards = new Map(
    handbook
      .split(/^### /m)
      .slice(1)
      .map((card) => [card.slice(0, card.indexOf('\n')), card] as const),
  );

  test('each has a card, a severity and tests that it fires and stays silent; each card has an alarm', () => {
    expect([...cards.keys()]).toEqual(alerts.map(({ alert }) => alert));
    const { tests } = parse(read('alerts.test.yml')) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
    };
    const cases = tests.flatMap((each) => each.alert_rule_test);
    for (const { alert, labels, annotations } of alerts) {
      expect(['page', 'ticket']).toContain(labels?.severity);
      expect(annotations?.runbook).toBe(`docs/operations/README.md#${alert.toLowerCase()}`);
      const card = cards.get(alert) ?? '';
      expect(card).toContain(`**Means** (${labels?.severity})`);
      for (const part of ['**Look**', '**Do**', '**Over**']) expect(card, alert).toContain(part);
      const mine = cases.filter(({ alertname }) => alertname === alert).map(({ exp_alerts }) => exp_alerts.length > 0);
      expect(new Set(mine), alert).toEqual(new Set([true, false]));
    }
  });

  test('links lead to headings that exist', () => {
    const slug = (heading: string): string =>
      heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-');
    const headings = (text: string): string[] =>
      [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slug(heading ?? ''));
    const runbook = readFileSync(join(REPOSITORY, 'docs', 'runbook.md'), 'utf8');
    const links = [...handbook.matchAll(/\]\((\.\.\/runbook\.md)?#([\w-]+)\)/g)];
    for (const [, file, target] of links) expect(headings(file ? runbook : handbook)).toContain(target);
  });
});
