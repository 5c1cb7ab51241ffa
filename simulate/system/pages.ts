// A shopper's browser: the requests that the checkout's pages make.
import { setTimeout as delay } from 'node:timers/promises';
import { type Address, parseAddress } from '#domain/address.ts';
import { note, type Order, type World } from './world.ts';

const TIMEOUT_MS = 10_000;
const TRIES = 6;
const PAUSE_MS = 700;

export interface Page {
  status: number;
  text: string;
}

interface Visit {
  form?: Record<string, string>;
  /** A person reloads a page that fails; a script's request is made once. */
  tries?: number;
}

/** Undefined when there was no response, or only errors. */
export const visit = async (world: World, order: Order, path: string, { form, tries = TRIES }: Visit = {}) => {
  for (let tried = 0; tried < tries; tried += 1) {
    if (tried > 0) await delay(PAUSE_MS);
    world.counts.requests += 1;
    try {
      const response = await fetch(`${world.stack.webUrl}/checkout/${order.id}${path}`, {
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          origin: world.stack.webUrl,
          // Each shopper has an address of their own: limits count by address.
          'x-forwarded-for': `198.18.${Math.floor(order.number / 250) % 250}.${order.number % 250}`,
          accept: 'text/html,application/json',
        },
        ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
      });
      const page: Page = { status: response.status, text: await response.text() };
      if (page.status === 404) throw new Error(`${path}: the order ${order.id} does not exist`);
      if (page.status < 500 && page.status !== 429) return page;
    } catch (error) {
      if (error instanceof Error && error.message.includes('does not exist')) {
        world.seen.push({ invariant: 6, message: error.message });
        return undefined;
      }
    }
    world.counts.failedRequests += 1;
  }
  return undefined;
};

export interface View {
  state: {
    phase: string;
    address?: Address;
    due?: string;
    amount?: string;
    network?: string;
    received?: string | null;
  };
  cancelable: boolean;
}

/** What an open page reads again. */
export const readView = async (world: World, order: Order, choice = '', tries = TRIES): Promise<View | undefined> => {
  const page = await visit(world, order, `/view${choice}`, { tries });
  if (page?.status !== 200) return undefined;
  const view = JSON.parse(page.text) as View;
  note(order.phases, view.state.phase);
  return view;
};

/** Opens the checkout and reads where to pay. Undefined when it can't be paid. */
export const openCheckout = async (world: World, order: Order, coin: string, chainId: number) => {
  const choice = `?coin=${coin}&network=${chainId}&method=qr`;
  const page = await visit(world, order, choice);
  if (page?.status !== 200) return undefined;
  const view = await readView(world, order, choice);
  return parseAddress(view?.state.address ?? '') ? view?.state : undefined;
};

/** The wallet's way: the server builds the transaction. */
export const prepareWallet = async (world: World, order: Order, payer: Address, coin: string, chainId: number) => {
  const page = await visit(world, order, '/wallet', { form: { payer, coin, network: String(chainId), again: 'yes' } });
  return page?.status === 200 ? (JSON.parse(page.text) as { kind: string } | null) : null;
};

export const announceWallet = async (world: World, order: Order, txHash: string): Promise<void> => {
  await visit(world, order, '/wallet/sent', { form: { txHash } });
};

export const cancel = async (world: World, order: Order): Promise<Page | undefined> => {
  world.counts.cancels += 1;
  return await visit(world, order, '/cancel', { form: { confirm: 'yes' } });
};

export const claim = async (world: World, order: Order, hash: string): Promise<Page | undefined> => {
  world.counts.claims += 1;
  return await visit(world, order, '/claim', { form: { hash }, tries: 2 });
};

export const askForReceipt = async (world: World, order: Order): Promise<void> => {
  await visit(world, order, '/receipt-email', { form: { email: `shopper-${order.number}@people.example` }, tries: 2 });
};
