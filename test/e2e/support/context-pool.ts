// Browser contexts that are used again. In a new context the first page fetches and compiles every script, which takes twice the processor
// time of the page itself. A context comes back without pages, cookies, storage and listeners; one that was changed in another way is closed.
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** What a test can do to a context that closing its pages does not take back. */
const CHANGES = [
  ...(['addInitScript', 'exposeBinding', 'exposeFunction', 'grantPermissions', 'route', 'routeFromHAR'] as const),
  ...(['routeWebSocket', 'setExtraHTTPHeaders', 'setGeolocation', 'setHTTPCredentials', 'setOffline'] as const),
] as const;
const CLOCK_CHANGES = ['install', 'pauseAt', 'setFixedTime', 'setSystemTime'] as const;

export interface ContextPool {
  /** An empty page in a context that nothing else uses. `page.context().close()` gives the context back. */
  open(options: BrowserContextOptions): Promise<Page>;
}

/** Contexts of one browser; they end with it. */
export const createContextPool = (browser: Browser): ContextPool => {
  const free = new Map<string, Page[]>();

  /** The next one that nobody has closed for good since. */
  const take = (key: string): Page | undefined => {
    const pages = free.get(key) ?? [];
    for (let page = pages.pop(); page; page = pages.pop()) if (!page.isClosed()) return page;
    return undefined;
  };

  const open = async (options: BrowserContextOptions): Promise<Page> => {
    const key = JSON.stringify(options);
    const page = take(key) ?? (await (await browser.newContext(options)).newPage());
    // Cookies and storage that a context begins with are not put back by clearing it.
    if (options.storageState === undefined) {
      lend(page.context(), (empty) => void free.set(key, [...(free.get(key) ?? []), empty]));
    }
    return page;
  };

  return { open };
};

/** For each context on loan: takes the watching methods off it, after which `close()` closes it. */
const loans = new WeakMap<BrowserContext, () => void>();
export const endLoan = (context: BrowserContext): void => loans.get(context)?.();

/** Until its next `close()`, notes what is done to the context. Then it is emptied and given back, or closed. */
const lend = (context: BrowserContext, giveBack: (page: Page) => void): void => {
  const origins = new Set<string>();
  const undo: (() => void)[] = [];
  let changed = false;

  const replace = <Target extends object, Name extends keyof Target>(
    target: Target,
    name: Name,
    method: Target[Name],
  ): void => {
    const before = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, { configurable: true, writable: true, value: method });
    undo.push(() => {
      if (before) Object.defineProperty(target, name, before);
      else delete target[name];
    });
  };
  const watchChanges = <Target extends object>(target: Target, names: readonly (keyof Target)[]): void => {
    for (const name of names) {
      const original = target[name] as (...args: unknown[]) => unknown;
      const noted = (...args: unknown[]) => {
        changed = true;
        return original.apply(target, args);
      };
      replace(target, name, noted as Target[typeof name]);
    }
  };
  watchChanges(context, CHANGES);
  watchChanges(context.clock, CLOCK_CHANGES);

  const followFrames = (page: Page): void => {
    page.on('framenavigated', (frame) => void origins.add(new URL(frame.url()).origin));
  };
  for (const page of context.pages()) followFrames(page);
  context.on('page', followFrames);
  undo.push(() => void context.off('page', followFrames));

  const originalOn = context.on.bind(context) as (event: string, listener: () => void) => BrowserContext;
  replace(context, 'on', ((event: string, listener: () => void) => {
    undo.push(() => void context.off(event as 'close', listener));
    return originalOn(event, listener);
  }) as BrowserContext['on']);

  const end = (): void => {
    for (const step of undo.splice(0).reverse()) step();
    loans.delete(context);
  };
  loans.set(context, end);
  replace(context, 'close', async () => {
    end();
    if (changed) return await context.close();
    const used = context.pages();
    const page = await context.newPage();
    await Promise.all(used.map((one) => one.close()));
    await context.clearCookies();
    const cdp = await context.newCDPSession(page);
    for (const origin of origins) {
      if (origin !== 'null') await cdp.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    }
    await cdp.detach();
    giveBack(page);
  });
};
