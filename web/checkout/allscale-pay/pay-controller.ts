// Drives one payment by AllScale Pay: calls the server, opens the wallet on this device, and reports to the state machine. A
// rejection leads to where the shopper can act on it: a new review, the list, or the log-in.

import type { UnlockMeans } from '#web/account/keys/sealed-key.ts';
import { transferFacts } from '#web/account/keys/transfer-facts.ts';
import type { PayOption, PayState, UnsignedTransaction, WalletView } from '#web/account/server/account-types.ts';
import { createMachineStore } from '../parts/machine-store.ts';
import { codeOf, failureOf, mayHaveSent } from './failures.ts';
import type { PayClient } from './pay-client.ts';
import { INITIAL, next, type PayEvent, type PayFlow } from './pay-flow.ts';

/** Opens the wallet and signs what the review showed; see web/account/keys/sealed-key.ts. */
export type Sign = (wallet: WalletView, means: UnlockMeans, transaction: UnsignedTransaction) => Promise<string>;

export interface PayController {
  getState(): PayFlow;
  subscribe(listener: () => void): () => void;
  /** Reads the shopper's state: at first, after the log-in, and when the amount due has changed. */
  read(): Promise<void>;
  /** The same in the background: a payment that was sent before may have failed. */
  lookAgain(): Promise<void>;
  /** The shopper says that the sent transaction failed. */
  payAgain(): Promise<void>;
  /** The amount due has changed. */
  dueChanged(): Promise<void>;
  review(option: PayOption): Promise<void>;
  backToList(): void;
  approve(means: UnlockMeans): Promise<void>;
  resend(): Promise<void>;
}

export const createPayController = (client: PayClient, sign: Sign): PayController => {
  const { dispatch, getState, subscribe } = createMachineStore<PayFlow, PayEvent>(INITIAL, next);
  /** Transactions that failed, according to the shopper. The page no longer waits for them. */
  const givenUp = new Set<string>();

  const dispatchRead = (read: PayState): void => {
    const { sentTxHash } = read;
    const waits = sentTxHash !== null && !givenUp.has(sentTxHash) && read.kind !== 'notPayable';
    dispatch(waits ? { type: 'sent', txHash: sentTxHash } : { type: 'read', state: read });
  };

  const prepare = async (): Promise<void> => {
    const state = getState();
    if (state.step !== 'preparing') return;
    try {
      const { transaction } = await client.review(state.option);
      // Refused here when it is not what it should be, with nothing of it shown.
      const reviewed = transferFacts(transaction);
      if (getState() === state) dispatch({ type: 'prepared', reviewed });
    } catch (error) {
      if (getState() === state) await reject(error);
    }
  };

  /** The server rejected the request, and nothing was sent. */
  const reject = async (error: unknown): Promise<void> => {
    const notice = failureOf(error);
    const code = codeOf(error);
    if (code === 'logged_out') dispatch({ type: 'loggedOut', notice });
    else if (code === 'not_payable' || code === 'denied') dispatch({ type: 'ended', notice });
    else if (code === 'already_sent') {
      dispatch({ type: 'sent', txHash: null });
      await controller.lookAgain();
    } else if (dispatch({ type: 'refused', notice })) {
      const { step } = getState();
      if (step === 'preparing') await prepare();
      else if (step === 'loading') await controller.read();
      // Balances have changed: the rows must be read again.
      else if (code === 'not_enough') await client.read().then(dispatchRead, () => {});
    }
  };

  const send = async (rawTx: string): Promise<void> => {
    try {
      dispatch({ type: 'sent', txHash: (await client.send(rawTx)).txHash });
    } catch (error) {
      if (mayHaveSent(error)) dispatch({ type: 'unsure', rawTx });
      else await reject(error);
    }
  };

  const controller: PayController = {
    getState,
    subscribe,
    async read() {
      dispatch({ type: 'reading' });
      try {
        dispatchRead(await client.read());
      } catch {
        dispatch({ type: 'serverAway' });
      }
    },
    async lookAgain() {
      // A failed read keeps what is shown.
      await client.read().then(dispatchRead, () => {});
    },
    async payAgain() {
      const state = getState();
      if (state.step !== 'sent') return;
      if (state.txHash) givenUp.add(state.txHash);
      await controller.read();
    },
    async dueChanged() {
      if (dispatch({ type: 'dueChanged' })) await prepare();
      else if (getState().step === 'choosing') await controller.lookAgain();
    },
    async review(option) {
      if (dispatch({ type: 'rowPicked', option })) await prepare();
    },
    backToList: () => void dispatch({ type: 'backToList' }),
    async approve(means) {
      if (!dispatch({ type: 'approvePressed' })) return;
      const state = getState();
      if (state.step !== 'approving') return;
      const { balance, reviewed } = state;
      let rawTx: string;
      try {
        rawTx = await sign(balance.wallet, means, reviewed.transaction);
      } catch (error) {
        return void dispatch({ type: 'notSigned', notice: failureOf(error) });
      }
      await send(rawTx);
    },
    async resend() {
      const state = getState();
      if (state.step !== 'unsure' || state.busy) return;
      const { rawTx } = state;
      dispatch({ type: 'resending' });
      await send(rawTx);
    },
  };
  return controller;
};
