// The payment by browser wallet as a pure state machine, so that every order of events can be tested. The controller
// (payment-controller.ts) calls wallet and server and dispatches the events; the components show the state.
import type { WalletOrder, WalletPreparation } from '../server/wallet-types.ts';
import type { WalletFace } from './eip1193.ts';
import { mayHaveSent, type WalletFailure } from './wallet-errors.ts';

/** What went wrong; each has its text, `notice_<name>`. */
export type Notice =
  | 'dismissed'
  | 'pending'
  | 'unauthorized'
  | 'unsupported'
  | 'disconnected'
  | 'invalid'
  | 'no_account'
  | 'connect_failed'
  | 'switch_dismissed'
  | 'switch_failed'
  | 'server_away'
  | 'account_changed'
  | 'chain_changed'
  | 'order_changed';

export type Obstacle = Exclude<WalletPreparation, { kind: 'ready' | 'alreadySent' }>;

/** A connected wallet, with its account and chain. */
export interface Connection {
  wallet: WalletFace;
  /** Lower case. */
  account: string;
  chainId: number;
}

export type PaymentState =
  | { step: 'choosing'; notice: Notice | null }
  | { step: 'connecting'; wallet: WalletFace }
  | ({ step: 'checking'; notice: Notice | null } & Connection)
  | ({ step: 'blocked'; obstacle: Obstacle } & Connection)
  | ({ step: 'review'; order: WalletOrder; notice: Notice | null } & Connection)
  | ({ step: 'switching'; order: WalletOrder } & Connection)
  /** Account, chain and order are read again, right before the wallet opens. */
  | ({ step: 'verifying'; order: WalletOrder } & Connection)
  /** The wallet waits for its owner's approval. */
  | ({ step: 'sending'; order: WalletOrder } & Connection)
  /** The wallet failed, and it is not known whether it sent. */
  | ({ step: 'uncertain' } & Connection)
  | { step: 'sent'; txHash: string };

export type PaymentEvent =
  | { type: 'walletChosen'; wallet: WalletFace }
  | { type: 'connected'; account: string; chainId: number }
  | { type: 'prepared'; preparation: WalletPreparation }
  | { type: 'serverFailed' }
  | { type: 'walletFailed'; failure: WalletFailure }
  | { type: 'noAccount' }
  | { type: 'checkAgain' }
  | { type: 'targetChanged' }
  | { type: 'switchPressed' }
  | { type: 'payPressed' }
  | { type: 'walletOpened' }
  | { type: 'accountChanged'; account: string | null }
  | { type: 'chainChanged'; chainId: number }
  /** The order read right before sending differs from the reviewed one. */
  | { type: 'orderChanged'; order: WalletOrder }
  | { type: 'sent'; txHash: string }
  | { type: 'left' };

export const INITIAL: PaymentState = { step: 'choosing', notice: null };

const connectionOf = ({ wallet, account, chainId }: Connection): Connection => ({ wallet, account, chainId });

export const isOnRightChain = ({ chainId, order }: { chainId: number; order: WalletOrder }): boolean =>
  chainId === order.chainId;

/** The next state; the same object when the event has no effect in this state. */
export const next = (state: PaymentState, event: PaymentEvent): PaymentState => {
  // A sent payment is shown in every state.
  if (event.type === 'sent') return { step: 'sent', txHash: event.txHash };
  switch (event.type) {
    case 'walletChosen':
      return state.step === 'choosing' ? { step: 'connecting', wallet: event.wallet } : state;
    case 'connected':
      return state.step === 'connecting'
        ? { step: 'checking', wallet: state.wallet, account: event.account, chainId: event.chainId, notice: null }
        : state;
    case 'noAccount':
      return state.step === 'connecting' ? { step: 'choosing', notice: 'no_account' } : state;
    case 'prepared':
      return afterPreparation(state, event.preparation);
    case 'serverFailed':
      return afterServerFailure(state);
    case 'walletFailed':
      return afterWalletFailure(state, event.failure);
    case 'checkAgain':
      return state.step === 'blocked' || state.step === 'uncertain' || state.step === 'review'
        ? { step: 'checking', ...connectionOf(state), notice: null }
        : state;
    case 'targetChanged':
      return state.step === 'blocked' || state.step === 'review' || state.step === 'checking'
        ? { step: 'checking', ...connectionOf(state), notice: null }
        : state;
    case 'switchPressed':
      return state.step === 'review' && !isOnRightChain(state)
        ? { step: 'switching', ...connectionOf(state), order: state.order }
        : state;
    case 'payPressed':
      // Only from a review on the right chain: a second click finds another step.
      return state.step === 'review' && isOnRightChain(state)
        ? { step: 'verifying', ...connectionOf(state), order: state.order }
        : state;
    case 'walletOpened':
      return state.step === 'verifying' ? { ...state, step: 'sending' } : state;
    case 'accountChanged':
      return afterAccountChange(state, event.account);
    case 'chainChanged':
      return afterChainChange(state, event.chainId);
    case 'orderChanged':
      return state.step === 'verifying'
        ? { step: 'review', ...connectionOf(state), order: event.order, notice: 'order_changed' }
        : state;
    case 'left':
      return state.step === 'verifying' || state.step === 'sending' ? state : INITIAL;
  }
};

const afterPreparation = (state: PaymentState, preparation: WalletPreparation): PaymentState => {
  if (preparation.kind === 'alreadySent') {
    return state.step === 'checking' || state.step === 'verifying'
      ? { step: 'sent', txHash: preparation.txHash }
      : state;
  }
  if (preparation.kind !== 'ready') {
    return state.step === 'checking' || state.step === 'verifying'
      ? { step: 'blocked', ...connectionOf(state), obstacle: preparation }
      : state;
  }
  return state.step === 'checking'
    ? { step: 'review', ...connectionOf(state), order: preparation.order, notice: state.notice }
    : state;
};

const afterServerFailure = (state: PaymentState): PaymentState => {
  if (state.step === 'checking') return { step: 'choosing', notice: 'server_away' };
  if (state.step === 'verifying') {
    return { step: 'review', ...connectionOf(state), order: state.order, notice: 'server_away' };
  }
  return state;
};

const afterWalletFailure = (state: PaymentState, failure: WalletFailure): PaymentState => {
  switch (state.step) {
    case 'connecting':
      return { step: 'choosing', notice: failure === 'dismissed' ? 'dismissed' : noticeOf(failure, 'connect_failed') };
    case 'switching': {
      const notice = failure === 'dismissed' ? 'switch_dismissed' : noticeOf(failure, 'switch_failed');
      return { step: 'review', ...connectionOf(state), order: state.order, notice };
    }
    case 'verifying':
      return { step: 'review', ...connectionOf(state), order: state.order, notice: noticeOf(failure, 'disconnected') };
    case 'sending':
      return mayHaveSent(failure)
        ? { step: 'uncertain', ...connectionOf(state) }
        : { step: 'review', ...connectionOf(state), order: state.order, notice: noticeOf(failure, 'invalid') };
    default:
      return state;
  }
};

const noticeOf = (failure: WalletFailure, otherwise: Notice): Notice =>
  failure === 'unknown' || failure === 'unknownChain' || failure === 'invalid' ? otherwise : failure;

const afterAccountChange = (state: PaymentState, account: string | null): PaymentState => {
  if (!('account' in state) || state.account === account || isOpen(state)) return state;
  if (account === null) return { step: 'choosing', notice: 'disconnected' };
  return { step: 'checking', wallet: state.wallet, account, chainId: state.chainId, notice: 'account_changed' };
};

const afterChainChange = (state: PaymentState, chainId: number): PaymentState => {
  if (!('chainId' in state) || state.chainId === chainId || isOpen(state)) return state;
  // A switch may pass through other chains.
  if (!('order' in state) || (state.step === 'switching' && chainId !== state.order.chainId))
    return { ...state, chainId };
  const { order } = state;
  const notice = chainId === order.chainId ? null : 'chain_changed';
  return { step: 'review', ...connectionOf(state), chainId, order, notice };
};

/** The wallet has an open request, which names account and chain: only its response counts. */
const isOpen = ({ step }: PaymentState): boolean => step === 'sending' || step === 'uncertain';
