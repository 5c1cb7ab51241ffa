// A double of WalletConnect's relay, on the sockets of pages, and a wallet behind it: WalletConnect's own library, in a page of its own.
import { build } from 'esbuild';
import type { Browser, BrowserContext, Page, WebSocketRoute } from 'playwright-core';
import type { Address } from '#domain/address.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { openPage } from './browser.ts';

export const PROJECT_ID = '0123456789abcdef0123456789abcdef';
const RELAY = /^wss:\/\/relay\.walletconnect\.(org|com)\//;
const VERIFY = /^https:\/\/verify\.walletconnect\.(org|com)\//;

interface RelayRequest {
  id: number | string;
  method?: string;
  params: Record<string, string> & { topics?: string[] };
}

export interface Relay {
  /** Pages of this context reach the double in place of the relay. */
  serve(context: BrowserContext): Promise<void>;
  /** URLs of the sockets so far. */
  opened: readonly string[];
}

/** Carries messages between the sockets that subscribe to a topic, and keeps them for sockets that subscribe later, as the relay does. */
export const createRelay = (): Relay => {
  const opened: string[] = [];
  const subscribers = new Map<string, Set<WebSocketRoute>>();
  const kept = new Map<string, { from: WebSocketRoute; message: string }[]>();
  let lastId = 1_000_000;
  const deliver = (to: WebSocketRoute, topic: string, message: string): void => {
    lastId += 1;
    const data = { topic, message, publishedAt: Date.now() };
    to.send(
      JSON.stringify({
        jsonrpc: '2.0',
        id: lastId,
        method: 'irn_subscription',
        params: { id: topic.slice(0, 32), data },
      }),
    );
  };
  const subscribe = (socket: WebSocketRoute, topic = ''): string => {
    subscribers.set(topic, (subscribers.get(topic) ?? new Set()).add(socket));
    for (const { from, message } of kept.get(topic) ?? []) if (from !== socket) deliver(socket, topic, message);
    return topic.slice(0, 32);
  };
  const publish = (from: WebSocketRoute, topic = '', message = ''): void => {
    kept.set(topic, [...(kept.get(topic) ?? []), { from, message }]);
    for (const to of subscribers.get(topic) ?? []) if (to !== from) deliver(to, topic, message);
  };
  const reply = (socket: WebSocketRoute, { method, params }: RelayRequest): unknown => {
    switch (method) {
      case 'irn_subscribe':
        return subscribe(socket, params.topic);
      case 'irn_batchSubscribe':
        return (params.topics ?? []).map((topic) => subscribe(socket, topic));
      case 'irn_batchFetchMessages':
        return { messages: [], hasMore: false };
      case 'irn_publish':
        publish(socket, params.topic, params.message);
        return true;
      case 'wc_proposeSession':
        publish(socket, params.pairingTopic, params.sessionProposal);
        subscribe(socket, params.pairingTopic);
        return true;
      case 'wc_approveSession':
        subscribe(socket, params.sessionTopic);
        publish(socket, params.pairingTopic, params.sessionProposalResponse);
        publish(socket, params.sessionTopic, params.sessionSettlementRequest);
        return true;
      default:
        return true;
    }
  };
  return {
    opened,
    async serve(context) {
      await context.routeWebSocket(RELAY, (socket) => {
        opened.push(socket.url());
        socket.onMessage((text) => {
          const request = JSON.parse(String(text)) as RelayRequest;
          if (request.method === undefined) return;
          socket.send(JSON.stringify({ jsonrpc: '2.0', id: request.id, result: reply(socket, request) }));
        });
      });
      await context.route(VERIFY, (route) =>
        route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>WalletConnect</title>' }),
      );
    },
  };
};

export interface PhoneWalletOptions {
  account: Address;
  chainId: number;
  /** What the owner approves: returns the result of the request, or rejects. */
  approve(method: string, params: unknown[]): Promise<unknown>;
}

export interface PhoneWallet {
  /** Scans a code, and approves the connection. */
  scan(uri: string): Promise<void>;
  /** The approved requests, in order. */
  requests: readonly { method: string; params: unknown[] }[];
  close(): Promise<void>;
}

const WALLET_URL = 'https://phone-wallet.example/';

/** Bundled once for a run: the library is the one that the checkout's pages load. */
let bundle: Promise<string> | undefined;
const walletBundle = (): Promise<string> => {
  bundle ??= build({
    stdin: { contents: WALLET, resolveDir: REPOSITORY, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    define: { global: 'globalThis' },
    logLevel: 'error',
  }).then(({ outputFiles: [file] }) => file?.text ?? '');
  return bundle;
};

const WALLET = `
import { UniversalProvider } from '@walletconnect/universal-provider';
globalThis.openWallet = async ({ projectId, account, chainId }) => {
  const metadata = { name: 'Phone Wallet', description: 'Test', url: location.origin, icons: [] };
  const { client } = await UniversalProvider.init({ projectId, logger: 'silent', metadata });
  client.on('session_proposal', async ({ id, params }) => {
    const { methods, events } = params.optionalNamespaces.eip155;
    const eip155 = { chains: ['eip155:' + chainId], accounts: ['eip155:' + chainId + ':' + account], methods, events };
    await client.approve({ id, namespaces: { eip155 } });
  });
  client.on('session_request', async ({ topic, id, params: { request } }) => {
    const response = await approveRequest(request.method, request.params).then(
      (result) => ({ id, jsonrpc: '2.0', result }),
      () => ({ id, jsonrpc: '2.0', error: { code: 4001, message: 'User rejected' } }),
    );
    await client.respond({ topic, response });
  });
  globalThis.scan = (uri) => client.pair({ uri });
};
`;

type WalletPage = typeof globalThis & {
  openWallet(options: { projectId: string; account: string; chainId: number }): Promise<void>;
  scan(uri: string): Promise<unknown>;
};

export const openPhoneWallet = async (
  browser: Browser,
  relay: Relay,
  { account, chainId, approve }: PhoneWalletOptions,
): Promise<PhoneWallet> => {
  const page: Page = await openPage(browser);
  const context = page.context();
  const requests: { method: string; params: unknown[] }[] = [];
  await relay.serve(context);
  await context.route(WALLET_URL, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Phone wallet</title>' }),
  );
  await context.exposeFunction('approveRequest', async (method: string, params: unknown[]) => {
    requests.push({ method, params });
    return await approve(method, params);
  });
  await page.goto(WALLET_URL);
  await page.addScriptTag({ content: await walletBundle() });
  await page.evaluate((options) => (globalThis as WalletPage).openWallet(options), {
    projectId: PROJECT_ID,
    account,
    chainId,
  });
  return {
    requests,
    scan: async (uri) => void (await page.evaluate((code) => (globalThis as WalletPage).scan(code), uri)),
    close: () => context.close(),
  };
};
