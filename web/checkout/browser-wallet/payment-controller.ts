// Drives one payment by a browser wallet: calls the wallet and the server, and reports to the state machine. One request is open
// at a time. Responses that no longer matter are dropped, but a sent transaction is always reported.

import { createMachineStore } from '../parts/machine-store.ts';
import type { WalletOrder, WalletPick, WalletPreparation } from '../server/wallet-types.ts';
import { chainIdOf, type Eip1193Provider, firstAccount, type Wallet } from './eip1193.ts';
import { INITIAL, next, type PaymentEvent, type PaymentState } from './payment-machine.ts';
import { switchNetwork } from './switch-network.ts';
import { failureOf } from './wallet-errors.ts';

/** What is to be paid; a change means another transaction. */
export interface PaymentTarget {
  coin: string;
  network: string;
  due: string;
  /** The shopper chose coin and network: no balance changes them. */
  isByHand: boolean;
}

export interface PaymentServer {
  /** Rejects when the server cannot be reached or fails. */
  prepare(target: PaymentTarget, payer: string, again: boolean): Promise<WalletPreparation>;
  /** What the payer can pay with at the lowest cost; null for nothing. Rejects like `prepare`. */
  pick(payer: string): Promise<WalletPick | null>;
  /** Reports a sent transaction. Retries for a while, never rejects. */
  announce(txHash: string): Promise<void>;
}

export interface PaymentController {
  getState(): PaymentState;
  subscribe(listener: () => void): () => void;
  choose(wallet: Wallet): Promise<void>;
  switchChain(): Promise<void>;
  pay(): Promise<void>;
  /** Has the server check the account again. */
  checkAgain(): Promise<void>;
  /** Back to the list of wallets. */
  leave(): void;
  /** The server knows of a transaction that was sent earlier, here or in another tab. */
  showSent(txHash: string): void;
  /** The shopper says that it failed: back to the list of wallets, and the next payment is allowed. */
  payAgain(): void;
  setTarget(target: PaymentTarget): void;
}

const isSameTarget = (a: PaymentTarget, b: PaymentTarget): boolean =>
  a.coin === b.coin && a.network === b.network && a.due === b.due;

const readAccount = async (wallet: Eip1193Provider, method: string): Promise<string | null> =>
  firstAccount(await wallet.request({ method }));

const readChain = async (wallet: Eip1193Provider): Promise<number | null> =>
  chainIdOf(await wallet.request({ method: 'eth_chainId' }));

interface WalletListener {
  /** Null: the wallet is disconnected. */
  accountChanged(account: string | null): void;
  chainChanged(chainId: number): void;
}

/** @returns the function that stops listening */
const onWalletChange = (wallet: Eip1193Provider, listener: WalletListener): (() => void) => {
  const onAccounts = (accounts: unknown): void => listener.accountChanged(firstAccount(accounts));
  const onChain = (response: unknown): void => {
    const chainId = chainIdOf(response);
    if (chainId !== null) listener.chainChanged(chainId);
  };
  wallet.on?.('accountsChanged', onAccounts);
  wallet.on?.('chainChanged', onChain);
  return () => {
    wallet.removeListener?.('accountsChanged', onAccounts);
    wallet.removeListener?.('chainChanged', onChain);
  };
};

const switchChain = async (wallet: Eip1193Provider, order: WalletOrder): Promise<PaymentEvent> => {
  try {
    await switchNetwork(wallet, order.network);
    // Some wallets respond before they have switched, or without switching.
    const chainId = await readChain(wallet);
    return chainId === order.chainId ? { type: 'chainChanged', chainId } : { type: 'walletFailed', failure: 'unknown' };
  } catch (error) {
    return { type: 'walletFailed', failure: failureOf(error) };
  }
};

/** What differs from the reviewed order; null when nothing does. @param preparation null when the server failed */
const changeSince = (order: WalletOrder, preparation: WalletPreparation | null): PaymentEvent | null => {
  if (preparation === null) return { type: 'serverFailed' };
  if (preparation.kind !== 'ready') return { type: 'prepared', preparation };
  const same = JSON.stringify(preparation.order.transaction) === JSON.stringify(order.transaction);
  return same ? null : { type: 'orderChanged', order: preparation.order };
};

/** The transaction's hash; null when the wallet returned something else. */
const sendTransaction = async (wallet: Eip1193Provider, order: WalletOrder): Promise<string | null> => {
  const { transaction, network } = order;
  const txHash = await wallet.request({
    method: 'eth_sendTransaction',
    params: [{ ...transaction, chainId: network.chainId }],
  });
  return typeof txHash === 'string' && /^0x[0-9a-fA-F]{64}$/.test(txHash) ? txHash : null;
};

interface Check {
  machine: { getState(): PaymentState; dispatch(event: PaymentEvent): boolean };
  server: PaymentServer;
  wanted(): { target: PaymentTarget; again: boolean };
}

/** Has the server build the transaction of the account in the `checking` step. */
const checkAccount = async ({ machine, server, wanted }: Check): Promise<void> => {
  const state = machine.getState();
  if (state.step !== 'checking') return;
  const { target, again } = wanted();
  const isCurrent = () => {
    const now = machine.getState();
    return now.step === 'checking' && now.account === state.account && wanted().target === target;
  };
  try {
    const preparation = await server.prepare(target, state.account, again);
    if (isCurrent()) machine.dispatch({ type: 'prepared', preparation });
  } catch {
    if (isCurrent()) machine.dispatch({ type: 'serverFailed' });
  }
};

/** @param onPicked coin and network were picked by the balances of the wallet; the page must show them */
export const createPaymentController = (
  server: PaymentServer,
  firstTarget: PaymentTarget,
  onPicked: (pick: WalletPick) => void,
): PaymentController => {
  const machine = createMachineStore<PaymentState, PaymentEvent>(INITIAL, next);
  const { dispatch, getState, subscribe } = machine;
  let target = firstTarget;
  let provider: Eip1193Provider | null = null;
  let unlisten = (): void => {};
  /** The shopper knows that something was sent, and wants to pay again. */
  let again = false;

  const check = (): Promise<void> => checkAccount({ machine, server, wanted: () => ({ target, again }) });

  /** For an account that was just connected: picks coin and network by its balances, unless the shopper chose them. */
  const pickAndCheck = async (): Promise<void> => {
    const state = getState();
    if (state.step !== 'checking') return;
    const before = target;
    const pick = before.isByHand ? null : await server.pick(state.account).catch(() => null);
    const now = getState();
    // The check of another account or target is under way.
    if (now.step !== 'checking' || now.account !== state.account || target !== before) return;
    if (pick) {
      target = { ...target, ...pick };
      onPicked(pick);
    }
    await check();
  };

  /** Reads account, chain and order again. True when all are as reviewed. */
  const isAsReviewed = async (wallet: Eip1193Provider, order: WalletOrder): Promise<boolean> => {
    const account = await readAccount(wallet, 'eth_accounts');
    if (dispatch({ type: 'accountChanged', account })) {
      void check();
      return false;
    }
    const chainId = await readChain(wallet);
    if (chainId !== null && dispatch({ type: 'chainChanged', chainId })) return false;
    const preparation = await server.prepare(target, order.transaction.from, again).catch(() => null);
    if (getState().step !== 'verifying') return false;
    const change = changeSince(order, preparation);
    if (change) dispatch(change);
    return change === null;
  };

  return {
    getState,
    subscribe,
    async choose(wallet) {
      const { id, name, icon } = wallet;
      if (!dispatch({ type: 'walletChosen', wallet: { id, name, icon } })) return;
      provider = wallet.provider;
      try {
        const account = await readAccount(wallet.provider, 'eth_requestAccounts');
        const chainId = await readChain(wallet.provider);
        if (provider !== wallet.provider) return;
        if (account === null || chainId === null) return void dispatch({ type: 'noAccount' });
        unlisten();
        unlisten = onWalletChange(wallet.provider, {
          accountChanged(changed) {
            if (dispatch({ type: 'accountChanged', account: changed })) void pickAndCheck();
          },
          chainChanged: (changed) => void dispatch({ type: 'chainChanged', chainId: changed }),
        });
        if (dispatch({ type: 'connected', account, chainId })) await pickAndCheck();
      } catch (error) {
        if (provider === wallet.provider) dispatch({ type: 'walletFailed', failure: failureOf(error) });
      }
    },
    async switchChain() {
      if (!provider || !dispatch({ type: 'switchPressed' })) return;
      const state = getState();
      if (state.step === 'switching') dispatch(await switchChain(provider, state.order));
    },
    async pay() {
      if (!provider || !dispatch({ type: 'payPressed' })) return;
      const wallet = provider;
      const state = getState();
      if (state.step !== 'verifying') return;
      try {
        if (!(await isAsReviewed(wallet, state.order)) || !dispatch({ type: 'walletOpened' })) return;
        const txHash = await sendTransaction(wallet, state.order);
        if (txHash === null) return void dispatch({ type: 'walletFailed', failure: 'unknown' });
        dispatch({ type: 'sent', txHash });
        await server.announce(txHash);
      } catch (error) {
        dispatch({ type: 'walletFailed', failure: failureOf(error) });
      }
    },
    async checkAgain() {
      if (dispatch({ type: 'checkAgain' })) await check();
    },
    leave() {
      if (!dispatch({ type: 'left' })) return;
      provider = null;
      unlisten();
    },
    showSent: (txHash) => void dispatch({ type: 'sent', txHash }),
    payAgain() {
      again = true;
      this.leave();
    },
    setTarget(wanted) {
      const same = isSameTarget(wanted, target);
      target = same ? Object.assign(target, wanted) : wanted;
      if (!same && dispatch({ type: 'targetChanged' })) void check();
    },
  };
};
