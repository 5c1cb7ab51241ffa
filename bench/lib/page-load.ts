// One cold load of a page, measured by Chromium's trace: first and largest contentful paint, layout shift, blocking time.
import type { Browser } from 'playwright-core';

export interface PageLoad {
  /** First contentful paint, in milliseconds from the start of the navigation. */
  fcpMs: number;
  /** Largest contentful paint, from the same start. */
  lcpMs: number;
  /** Cumulative layout shift: the worst session window, as web.dev defines it. */
  cls: number;
  /** Total blocking time: main-thread time beyond 50 ms a task, from the first paint until the page is idle. */
  blockingMs: number;
}

export interface LoadConditions {
  /** 4 means four times slower than this machine. */
  cpuSlowdown: number;
  /** Null: no limit. */
  network: { roundTripMs: number; bytesPerSecond: number } | null;
}

const CATEGORIES = ['devtools.timeline', 'loading', 'rail', 'blink.user_timing', 'toplevel'];
const PHONE = { width: 390, height: 844 };
/** Time after the load event in which the page hydrates and lazy parts load. */
const REST_MS = 3_000;
const LONG_TASK_MS = 50;
const TASKS = new Set(['RunTask', 'ThreadControllerImpl::RunTask']);

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds. */
  ts: number;
  dur?: number;
  args: { data?: Record<string, unknown>; frame?: string };
}

/** The browser sometimes starts the trace of a new process too late. The load is then repeated. */
const ATTEMPTS = 5;

class IncompleteTraceError extends Error {}

/** Loads the page in a new context, without a cache. Throws when no trace has a paint of the page. */
export const traceLoad = async (browser: Browser, url: string, conditions: LoadConditions): Promise<PageLoad> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return readTrace(await trace(browser, url, conditions), url);
    } catch (error) {
      if (!(error instanceof IncompleteTraceError) || attempt === ATTEMPTS) throw error;
    }
  }
};

const trace = async (browser: Browser, url: string, conditions: LoadConditions): Promise<TraceEvent[]> => {
  const context = await browser.newContext({ viewport: PHONE });
  try {
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: conditions.cpuSlowdown });
    if (conditions.network) {
      const { roundTripMs, bytesPerSecond } = conditions.network;
      await cdp.send('Network.enable');
      await cdp.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: roundTripMs,
        downloadThroughput: bytesPerSecond,
        uploadThroughput: bytesPerSecond,
      });
    }
    await browser.startTracing(page, { categories: CATEGORIES });
    await page.goto(url, { waitUntil: 'load' });
    await new Promise((done) => setTimeout(done, REST_MS));
    const recorded = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] };
    return recorded.traceEvents;
  } finally {
    await context.close();
  }
};

/** Exported for its test. */
export const readTrace = (events: readonly TraceEvent[], url: string): PageLoad => {
  const start = events.find(({ name, args }) => name === 'navigationStart' && args.data?.documentLoaderURL === url);
  if (!start) throw new IncompleteTraceError(`the trace has no navigation to ${url}`);
  const { frame } = start.args;
  const ofPage = events.filter(({ pid, ts }) => pid === start.pid && ts >= start.ts);
  const msAt = (event: TraceEvent): number => (event.ts - start.ts) / 1000;
  const paint = ofPage.find(({ name, args }) => name === 'firstContentfulPaint' && args.frame === frame);
  const largest = ofPage.findLast(
    ({ name, args }) => name === 'largestContentfulPaint::Candidate' && args.frame === frame,
  );
  if (!paint || !largest) throw new IncompleteTraceError(`the trace has no contentful paint of ${url}`);
  const tasks = ofPage.filter(({ tid, name }) => tid === start.tid && TASKS.has(name));
  return {
    fcpMs: msAt(paint),
    lcpMs: msAt(largest),
    cls: worstWindow(ofPage.filter(({ name }) => name === 'LayoutShift')),
    blockingMs: blockingTime(tasks, paint.ts),
  };
};

/** A task that starts before the first paint counts from that paint. */
const blockingTime = (tasks: readonly TraceEvent[], fromTs: number): number =>
  tasks
    .map(({ ts, dur = 0 }) => (ts + dur - Math.max(ts, fromTs)) / 1000)
    .reduce((sum, ms) => sum + Math.max(0, ms - LONG_TASK_MS), 0);

const GAP_TS = 1_000_000;
const WINDOW_TS = 5_000_000;

/** The largest sum of shifts less than a second apart, within five seconds. Shifts after input do not count. */
const worstWindow = (shifts: readonly TraceEvent[]): number => {
  let [worst, sum, first, last] = [0, 0, 0, Number.NEGATIVE_INFINITY];
  for (const { ts, args } of shifts) {
    if (args.data?.had_recent_input) continue;
    if (ts - last > GAP_TS || ts - first > WINDOW_TS) [sum, first] = [0, ts];
    sum += Number(args.data?.weighted_score_delta ?? args.data?.score ?? 0);
    last = ts;
    worst = Math.max(worst, sum);
  }
  return worst;
};
