// Drives one payment by a wallet: asks the wallet and the server, and tells the state machine what happened. One request is
// open at a time; answers to questions that no longer matter are dropped, but a sent transaction is always told.
import type { WalletOrder, WalletPreparation } from '../server/wallet-types.ts';
import { chainIdOf, type Eip1193Provider, firstAccount, type Wallet } from './eip1193.ts';
import { INITIAL, next, type PaymentEvent, type PaymentState } from './payment-machine.ts';
import { switchNetwork } from './switch-network.ts';
import { failureOf } from './wallet-errors.ts';

/** What the page wants to be paid by; a change of it means another transaction. */
export interface PaymentTarget {
  coin: string;
  network: string;
  due: string;
}

export interface PaymentServer {
  /** Rejects when the server cannot be reached or fails. */
  prepare(target: PaymentTarget, payer: string, again: boolean): Promise<WalletPreparation>;
  /** Tells of a sent transaction; tries for a while, never rejects. */
  announce(txHash: string): Promise<void>;
}

export interface PaymentController {
  getState(): PaymentState;
  subscribe(listener: () => void): () => void;
  choose(wallet: Wallet): Promise<void>;
  switchChain(): Promise<void>;
  pay(): Promise<void>;
  /** Asks the server once more. */
  checkAgain(): Promise<void>;
  /** Another wallet. */
  leave(): void;
  /** A transaction that the server knows of was sent earlier, here or in another tab. */
  showSent(txHash: string): void;
  /** It failed, says the shopper: the list of wallets, and no objection next time. */
  payAgain(): void;
  setTarget(target: PaymentTarget): void;
  dispose(): void;
}

export const createPaymentController = (server: PaymentServer, firstTarget: PaymentTarget): PaymentController => {
  let state: PaymentState = INITIAL;
  let target = firstTarget;
  let provider: Eip1193Provider | null = null;
  let unlisten = (): void => {};
  /** The shopper has seen that something was sent, and wants to pay all the same. */
  let again = false;
  const listeners = new Set<() => void>();

  /** True when the event meant something. */
  const tell = (event: PaymentEvent): boolean => {
    const before = state;
    state = next(state, event);
    if (state === before) return false;
    for (const listener of listeners) listener();
    return true;
  };

  const listenTo = (wallet: Eip1193Provider): void => {
    unlisten();
    const onAccounts = (accounts: unknown): void => {
      if (tell({ type: 'accountChanged', account: firstAccount(accounts) })) void check();
    };
    const onChain = (response: unknown): void => {
      const chainId = chainIdOf(response);
      if (chainId !== null) tell({ type: 'chainChanged', chainId });
    };
    wallet.on?.('accountsChanged', onAccounts);
    wallet.on?.('chainChanged', onChain);
    unlisten = () => {
      wallet.removeListener?.('accountsChanged', onAccounts);
      wallet.removeListener?.('chainChanged', onChain);
    };
  };

  /** Has the server build the transaction for the account of the `checking` step. */
  const check = async (): Promise<void> => {
    if (state.step !== 'checking') return;
    const asked = state;
    const askedFor = target;
    const isCurrent = () => state.step === 'checking' && state.account === asked.account && target === askedFor;
    try {
      const preparation = await server.prepare(askedFor, asked.account, again);
      if (isCurrent()) tell({ type: 'prepared', preparation });
    } catch {
      if (isCurrent()) tell({ type: 'serverFailed' });
    }
  };

  const readAccount = async (from: Eip1193Provider, method: string) => firstAccount(await from.request({ method }));
  const readChain = async (from: Eip1193Provider) => chainIdOf(await from.request({ method: 'eth_chainId' }));

  /** Reads account, chain and order once more. True when all are as reviewed. */
  const isAsReviewed = async (wallet: Eip1193Provider, order: WalletOrder): Promise<boolean> => {
    const account = await readAccount(wallet, 'eth_accounts');
    if (tell({ type: 'accountChanged', account })) {
      void check();
      return false;
    }
    const chainId = await readChain(wallet);
    if (chainId !== null && tell({ type: 'chainChanged', chainId })) return false;
    const preparation = await server.prepare(target, order.transaction.from, again).catch(() => null);
    if (state.step !== 'verifying') return false;
    if (preparation === null) tell({ type: 'serverFailed' });
    else if (preparation.kind !== 'ready') tell({ type: 'prepared', preparation });
    else if (JSON.stringify(preparation.order.transaction) !== JSON.stringify(order.transaction)) {
      tell({ type: 'orderChanged', order: preparation.order });
    } else return true;
    return false;
  };

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async choose(wallet) {
      const { id, name, icon } = wallet;
      if (!tell({ type: 'walletChosen', wallet: { id, name, icon } })) return;
      provider = wallet.provider;
      try {
        const account = await readAccount(wallet.provider, 'eth_requestAccounts');
        const chainId = await readChain(wallet.provider);
        if (provider !== wallet.provider) return;
        if (account === null || chainId === null) return void tell({ type: 'noAccount' });
        listenTo(wallet.provider);
        if (tell({ type: 'connected', account, chainId })) await check();
      } catch (error) {
        if (provider === wallet.provider) tell({ type: 'walletFailed', failure: failureOf(error) });
      }
    },
    async switchChain() {
      if (!provider || !tell({ type: 'switchPressed' }) || state.step !== 'switching') return;
      const wallet = provider;
      const { order } = state;
      try {
        await switchNetwork(wallet, order.network);
        // Some wallets answer before they have switched, or without switching: what they say now counts.
        const chainId = await readChain(wallet);
        if (chainId === order.chainId) tell({ type: 'chainChanged', chainId });
        else tell({ type: 'walletFailed', failure: 'unknown' });
      } catch (error) {
        tell({ type: 'walletFailed', failure: failureOf(error) });
      }
    },
    async pay() {
      if (!provider || !tell({ type: 'payPressed' }) || state.step !== 'verifying') return;
      const wallet = provider;
      const { order } = state;
      try {
        if (!(await isAsReviewed(wallet, order)) || !tell({ type: 'walletOpened' })) return;
        const { transaction, network } = order;
        const txHash = await wallet.request({
          method: 'eth_sendTransaction',
          params: [{ ...transaction, chainId: network.chainId }],
        });
        if (typeof txHash !== 'string' || !/^0x[0-9a-fA-F]{64}$/.test(txHash)) {
          return void tell({ type: 'walletFailed', failure: 'unknown' });
        }
        tell({ type: 'sent', txHash });
        await server.announce(txHash);
      } catch (error) {
        tell({ type: 'walletFailed', failure: failureOf(error) });
      }
    },
    async checkAgain() {
      if (tell({ type: 'checkAgain' })) await check();
    },
    leave() {
      if (!tell({ type: 'left' })) return;
      provider = null;
      unlisten();
    },
    showSent: (txHash) => void tell({ type: 'sent', txHash }),
    payAgain() {
      again = true;
      this.leave();
    },
    setTarget(wanted) {
      if (wanted.coin === target.coin && wanted.network === target.network && wanted.due === target.due) return;
      target = wanted;
      tell({ type: 'targetChanged' });
      void check();
    },
    dispose() {
      unlisten();
      listeners.clear();
    },
  };
};
