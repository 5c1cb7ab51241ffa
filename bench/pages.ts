// (e) Largest contentful paint, layout shift and blocking time of the checkout and the demo shop, from Chromium's trace, on a phone's
// screen, with a processor slowed down four times and an empty cache.
import { cpus, loadavg } from 'node:os';
import type { Browser } from 'playwright-core';
import { startChromium } from '#test/e2e/support/browser.ts';
import { openCheckoutWorld } from '#test/e2e/support/checkout-world.ts';
import { type BenchOptions, type Figure, median, type PartResult, rounded } from './lib/measure.ts';
import { type LoadConditions, type PageLoad, traceLoad } from './lib/page-load.ts';
import type { BenchStack } from './lib/stack.ts';
import { startWebProcess } from './lib/web-process.ts';

const CPU_SLOWDOWN = 4;
/** 10 Mbit/s and 40 ms: Lighthouse's profile of a good connection. */
const NETWORK = { roundTripMs: 40, bytesPerSecond: 10_000_000 / 8 };
const LCP_AIM_MS = 1_500;

interface Subject {
  name: string;
  path: string;
}

export const benchPages = async (stack: BenchStack, { quick, say }: BenchOptions): Promise<PartResult> => {
  const loads = quick ? 2 : 7;
  const loadBefore = loadavg()[0] ?? 0;
  // Creates the checkouts. The web process serves the pages.
  const world = await openCheckoutWorld(stack.databaseUrl, { development: false });
  const web = await startWebProcess(stack, say, {
    DEMO_SHOP: 'on',
    DEMO_API_KEY: 'st_bench',
    DEMO_API_SECRET: 'never used: nothing is ordered',
  });
  const browser = await startChromium();
  try {
    const waiting = await world.intent();
    const paid = await world.intent();
    await world.pay(paid);
    const subjects: Subject[] = [
      { name: 'checkout, QR code', path: `/checkout/${waiting}` },
      { name: 'checkout, wallets', path: `/checkout/${waiting}?method=wallet` },
      { name: 'checkout, Fund Sent', path: `/checkout/${paid}` },
      { name: 'demo shop', path: '/demo' },
    ];
    const figures: Figure[] = [];
    for (const { name, path } of subjects) {
      const url = web.url + path;
      // The first response of a server compiles code, so it is not measured.
      await traceLoad(browser, url, { cpuSlowdown: 1, network: null });
      const local = await medianOf(browser, url, loads, { cpuSlowdown: CPU_SLOWDOWN, network: null });
      const remote = await medianOf(browser, url, loads, { cpuSlowdown: CPU_SLOWDOWN, network: NETWORK });
      say(`pages, ${name}: LCP ${rounded(local.lcpMs)} ms, ${rounded(remote.lcpMs)} ms over 10 Mbit/s`);
      figures.push(...figuresOf(name, local, remote));
    }
    const loadAfter = loadavg()[0] ?? 0;
    return {
      title: 'Pages',
      how: `Cold loads of the production build from the real web process, ${loads} of each, medians, on a phone's screen (390 × 844), the processor slowed down ${CPU_SLOWDOWN} times by Chromium; figures from Chromium's trace until 3 s after the load event. Over the network: 40 ms and 10 Mbit/s, emulated by Chromium. Blocking time: main-thread time beyond 50 ms a task after the first paint. Load average of the machine's ${cpus().length} cores: ${rounded(loadBefore, 1)} before, ${rounded(loadAfter, 1)} after (browser and servers included).`,
      figures,
    };
  } finally {
    await browser.close();
    await web.stop();
    await world.close();
  }
};

const medianOf = async (
  browser: Browser,
  url: string,
  loads: number,
  conditions: LoadConditions,
): Promise<PageLoad> => {
  const seen: PageLoad[] = [];
  for (let load = 0; load < loads; load += 1) seen.push(await traceLoad(browser, url, conditions));
  const of = (key: keyof PageLoad): number => median(seen.map((load) => load[key]));
  return { fcpMs: of('fcpMs'), lcpMs: of('lcpMs'), cls: of('cls'), blockingMs: of('blockingMs') };
};

const figuresOf = (name: string, local: PageLoad, remote: PageLoad): Figure[] => {
  const lcpAim = `≤ ${LCP_AIM_MS / 1000} s`;
  return [
    { what: `${name}: largest contentful paint, same machine`, value: `${rounded(local.lcpMs)} ms`, aim: lcpAim },
    { what: `${name}: largest contentful paint, over the network`, value: `${rounded(remote.lcpMs)} ms`, aim: lcpAim },
    { what: `${name}: first contentful paint, over the network`, value: `${rounded(remote.fcpMs)} ms` },
    { what: `${name}: layout shift`, value: rounded(Math.max(local.cls, remote.cls), 3), aim: '≤ 0.1' },
    { what: `${name}: total blocking time`, value: `${rounded(local.blockingMs)} ms`, aim: '≤ 200 ms' },
  ];
};
