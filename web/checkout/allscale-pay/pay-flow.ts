// The payment by AllScale Pay as a pure state machine, so that every order of events can be tested. The controller
// (pay-controller.ts) calls server and wallet and dispatches the events; the components show the state.
import type { Hex } from '#domain/address.ts';
import type { TransferFacts } from '#web/account/keys/transfer-facts.ts';
import type { PayOption, PayState } from '#web/account/server/account-types.ts';
import type { AllScaleErrorKey } from './text/en.ts';

/** The logged-in account with its wallet and balances. */
export type PayerBalance = Extract<PayState, { kind: 'ready' }>;

export type PayFlow =
  | { step: 'loading'; notice: AllScaleErrorKey | null }
  /** The server did not respond. */
  | { step: 'away' }
  | { step: 'loggedOut'; notice: AllScaleErrorKey | null }
  | { step: 'noWallet'; email: string }
  | { step: 'choosing'; balance: PayerBalance; notice: AllScaleErrorKey | null }
  /** The server builds the transfer of a row. */
  | { step: 'preparing'; balance: PayerBalance; option: PayOption; notice: AllScaleErrorKey | null }
  | {
      step: 'review';
      balance: PayerBalance;
      option: PayOption;
      reviewed: TransferFacts;
      notice: AllScaleErrorKey | null;
    }
  /** The wallet is opened, the transfer signed and sent. */
  | { step: 'approving'; balance: PayerBalance; option: PayOption; reviewed: TransferFacts }
  /** Signed, but not known whether it was sent. Sending the same again is safe. */
  | { step: 'unsure'; rawTx: string; busy: boolean }
  | { step: 'sent'; txHash: Hex | null }
  /** Paid, expired or canceled: the page shows which. */
  | { step: 'ended'; notice: AllScaleErrorKey };

export type PayEvent =
  | { type: 'reading' }
  | { type: 'read'; state: PayState }
  | { type: 'serverAway' }
  | { type: 'loggedOut'; notice: AllScaleErrorKey | null }
  | { type: 'rowPicked'; option: PayOption }
  | { type: 'prepared'; reviewed: TransferFacts }
  | { type: 'approvePressed' }
  /** Nothing was sent, and the review is still valid. */
  | { type: 'notSigned'; notice: AllScaleErrorKey }
  /** Nothing was sent, and the review is no longer valid. */
  | { type: 'refused'; notice: AllScaleErrorKey }
  | { type: 'unsure'; rawTx: string }
  | { type: 'resending' }
  | { type: 'sent'; txHash: Hex | null }
  | { type: 'ended'; notice: AllScaleErrorKey }
  /** Money arrived another way: the review is no longer valid. */
  | { type: 'dueChanged' }
  | { type: 'backToList' };

export const INITIAL: PayFlow = { step: 'loading', notice: null };

/** The next state; the same object when the event has no effect in this state. */
export const next = (state: PayFlow, event: PayEvent): PayFlow => {
  // A sent payment is shown in every state.
  if (event.type === 'sent') return { step: 'sent', txHash: event.txHash };
  switch (event.type) {
    case 'reading':
      return state.step === 'approving' || state.step === 'unsure' || state.step === 'loading' ? state : INITIAL;
    case 'read':
      return afterReading(state, event.state);
    case 'serverAway':
      return state.step === 'loading' ? { step: 'away' } : state;
    case 'loggedOut':
      return { step: 'loggedOut', notice: event.notice };
    case 'rowPicked':
      return 'balance' in state && state.step !== 'approving'
        ? { step: 'preparing', balance: state.balance, option: event.option, notice: null }
        : state;
    case 'prepared':
      return state.step === 'preparing' ? { ...state, step: 'review', reviewed: event.reviewed } : state;
    case 'approvePressed': {
      // Only from a review, so that a second press has no effect.
      if (state.step !== 'review') return state;
      const { balance: payer, option, reviewed } = state;
      return { step: 'approving', balance: payer, option, reviewed };
    }
    case 'notSigned':
      return state.step === 'approving' ? { ...state, step: 'review', notice: event.notice } : state;
    case 'refused':
      return afterRefusal(state, event.notice);
    case 'dueChanged':
      return state.step === 'preparing' || state.step === 'review'
        ? { step: 'preparing', balance: state.balance, option: state.option, notice: 'error_changed' }
        : state;
    case 'unsure':
      return state.step === 'approving' || state.step === 'unsure'
        ? { step: 'unsure', rawTx: event.rawTx, busy: false }
        : state;
    case 'resending':
      return state.step === 'unsure' ? { ...state, busy: true } : state;
    case 'ended':
      return { step: 'ended', notice: event.notice };
    case 'backToList':
      return state.step === 'preparing' || state.step === 'review'
        ? { step: 'choosing', balance: state.balance, notice: null }
        : state;
  }
};

const afterRefusal = (state: PayFlow, notice: AllScaleErrorKey): PayFlow => {
  switch (state.step) {
    case 'approving':
      return { step: 'preparing', balance: state.balance, option: state.option, notice };
    case 'preparing':
      return { step: 'choosing', balance: state.balance, notice };
    case 'unsure':
      return { step: 'loading', notice };
    default:
      return state;
  }
};

/** A read replaces the state, but not while a payment is being approved or in doubt. */
const afterReading = (state: PayFlow, read: PayState): PayFlow => {
  if (state.step === 'approving' || state.step === 'unsure') return state;
  const notice = 'notice' in state ? state.notice : null;
  switch (read.kind) {
    case 'loggedOut':
      return { step: 'loggedOut', notice };
    case 'noWallet':
      return { step: 'noWallet', email: read.email };
    case 'sent':
      return { step: 'sent', txHash: read.sentTxHash };
    case 'notPayable':
      return { step: 'ended', notice: 'error_not_payable' };
    case 'ready':
      // The server no longer waits for the sent transaction: it failed on the network.
      return { step: 'choosing', balance: read, notice: state.step === 'sent' ? 'error_failed_before' : notice };
  }
};
