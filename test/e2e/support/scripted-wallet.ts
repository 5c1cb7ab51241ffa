// A wallet that a test scripts. It is announced by EIP-6963 (or only as `window.ethereum`), records its requests, and replies with
// given errors or signs on a real local chain.
import type { Page } from 'playwright-core';

export interface ScriptedWalletOptions {
  name?: string;
  account: string;
  chainId: number;
  /** Only `window.ethereum`, without an announcement. */
  legacy?: boolean;
  /** Sends the transaction that the wallet approved. Returns its hash. */
  send(transaction: Record<string, string>): Promise<string>;
  /** Signs EIP-712 data, given as JSON. Without it the wallet signs nothing. */
  sign?(typedData: string): Promise<string>;
}

export interface WalletCall {
  method: string;
  params?: unknown[];
}

/** What the next request of a method does instead of its usual reply. */
export type ScriptedReply = { error: unknown } | { result: unknown } | { wait: true };

interface WalletInPage {
  account: string | null;
  chainId: number;
  calls: WalletCall[];
  responses: Record<string, ScriptedReply[]>;
  emit(event: string, value: unknown): void;
}

type WindowWithWallet = typeof globalThis & {
  testWallet: WalletInPage;
  approveOnChain(transaction: unknown): Promise<string>;
  signTypedData(typedData: unknown): Promise<string>;
};

/** In a page, or for a wallet in all tabs, in their context, which then ends with its test. */
export const installWallet = async (
  page: Pick<Page, 'exposeFunction' | 'addInitScript'>,
  options: ScriptedWalletOptions,
): Promise<void> => {
  const { send, sign, ...settings } = options;
  await page.exposeFunction('approveOnChain', send);
  await page.exposeFunction('signTypedData', sign ?? (() => Promise.reject(new Error('nothing is signed here'))));
  await page.addInitScript(({ name = 'Test Wallet', account, chainId, legacy = false }) => {
    const page = globalThis as WindowWithWallet;
    const listeners: Record<string, ((value: unknown) => void)[]> = {};
    const wallet: WalletInPage = {
      account,
      chainId,
      calls: [],
      responses: {},
      emit: (event, value) => {
        for (const listener of listeners[event] ?? []) listener(value);
      },
    };
    page.testWallet = wallet;
    const accounts = () => (wallet.account ? [wallet.account] : []);
    const moveTo = (params: unknown[] | undefined) => {
      const [{ chainId: wanted }] = params as [{ chainId: string }];
      wallet.chainId = Number(wanted);
      wallet.emit('chainChanged', wanted);
      return null;
    };
    const usual: Record<string, (params?: unknown[]) => unknown> = {
      eth_requestAccounts: accounts,
      eth_accounts: accounts,
      eth_chainId: () => `0x${wallet.chainId.toString(16)}`,
      wallet_switchEthereumChain: moveTo,
      wallet_addEthereumChain: () => null,
      eth_sendTransaction: (params) => page.approveOnChain(params?.[0]),
      eth_signTypedData_v4: (params) => page.signTypedData(params?.[1]),
    };
    const provider = {
      async request({ method, params }: WalletCall) {
        wallet.calls.push(JSON.parse(JSON.stringify({ method, params })));
        const scripted = wallet.responses[method]?.shift();
        if (scripted && 'error' in scripted) throw scripted.error;
        if (scripted && 'result' in scripted) return scripted.result;
        if (scripted) await new Promise(() => {});
        return await usual[method]?.(params);
      },
      on: (event: string, listener: (value: unknown) => void) => {
        listeners[event] = [...(listeners[event] ?? []), listener];
      },
      removeListener: (event: string, listener: (value: unknown) => void) => {
        listeners[event] = (listeners[event] ?? []).filter((other) => other !== listener);
      },
    };
    if (legacy) {
      Object.assign(globalThis, { ethereum: provider });
      return;
    }
    const info = {
      uuid: '350670db-19fa-4704-a166-e52e178b59d2',
      name,
      icon: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>',
      rdns: 'example.test-wallet',
    };
    const announce = () =>
      dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider }) }));
    addEventListener('eip6963:requestProvider', announce);
    announce();
  }, settings);
};

/** Replies for the next requests of a method, in this order. */
export const script = (page: Page, method: string, ...responses: ScriptedReply[]): Promise<void> =>
  page.evaluate(
    ([name, list]) => {
      (globalThis as WindowWithWallet).testWallet.responses[name] = list;
    },
    [method, responses] as const,
  );

/** The requests to the wallet, in order. */
export const callsOf = async (page: Page, method: string): Promise<WalletCall[]> =>
  (await page.evaluate(() => (globalThis as WindowWithWallet).testWallet.calls)).filter(
    (call) => call.method === method,
  );

/** The wallet's owner picks another account or network, with or without an event to the page. */
export const changeWallet = (
  page: Page,
  change: { account?: string | null; chainId?: number },
  withEvent = true,
): Promise<void> =>
  page.evaluate(
    ([{ account, chainId }, tell]) => {
      const { testWallet } = globalThis as WindowWithWallet;
      if (account !== undefined) testWallet.account = account;
      if (chainId !== undefined) testWallet.chainId = chainId;
      if (!tell) return;
      if (account !== undefined) testWallet.emit('accountsChanged', account ? [account] : []);
      if (chainId !== undefined) testWallet.emit('chainChanged', `0x${chainId.toString(16)}`);
    },
    [change, withEvent] as const,
  );
