// Drives one payment by AllScale Pay: asks the server, opens the wallet on this device, and tells the state machine what
// happened. A refusal leads where it can be mended: to a new review, to the list, to the log-in.

import type { UnlockMeans } from '#web/account/keys/sealed-key.ts';
import type { PayOption, PayState, ReviewedTransfer, WalletView } from '#web/account/server/account-types.ts';
import { codeOf, failureOf, mayHaveSent } from './failures.ts';
import type { PayClient } from './pay-client.ts';
import { INITIAL, next, type PayEvent, type PayFlow } from './pay-flow.ts';

/** Opens the wallet and signs what was reviewed; see web/account/keys/sealed-key.ts. */
export type Sign = (wallet: WalletView, means: UnlockMeans, reviewed: ReviewedTransfer) => Promise<string>;

export interface PayController {
  getState(): PayFlow;
  subscribe(listener: () => void): () => void;
  /** Where the shopper stands: at first, after the log-in, and when what is due has changed. */
  read(): Promise<void>;
  /** The same without a word: whether a payment that was sent before has failed. */
  lookAgain(): Promise<void>;
  /** The sent transaction failed, says the shopper. */
  payAgain(): Promise<void>;
  /** What must still arrive is another amount now. */
  dueChanged(): Promise<void>;
  review(option: PayOption): Promise<void>;
  backToList(): void;
  approve(means: UnlockMeans): Promise<void>;
  resend(): Promise<void>;
}

export const createPayController = (client: PayClient, sign: Sign): PayController => {
  let state: PayFlow = INITIAL;
  /** Transactions that the shopper says have failed: they are no reason to wait any more. */
  const givenUp = new Set<string>();
  const listeners = new Set<() => void>();

  /** True when the event meant something. */
  const tell = (event: PayEvent): boolean => {
    const before = state;
    state = next(state, event);
    if (state === before) return false;
    for (const listener of listeners) listener();
    return true;
  };

  const tellRead = (read: PayState): void => {
    const { sentTxHash } = read;
    const waits = sentTxHash !== null && !givenUp.has(sentTxHash) && read.kind !== 'notPayable';
    tell(waits ? { type: 'sent', txHash: sentTxHash } : { type: 'read', state: read });
  };

  const prepare = async (): Promise<void> => {
    if (state.step !== 'preparing') return;
    const asked = state;
    try {
      const reviewed = await client.review(asked.option);
      if (state === asked) tell({ type: 'prepared', reviewed });
    } catch (error) {
      if (state === asked) await reject(error);
    }
  };

  /** The server said no, and nothing was sent. */
  const reject = async (error: unknown): Promise<void> => {
    const notice = failureOf(error);
    const code = codeOf(error);
    if (code === 'logged_out') tell({ type: 'loggedOut', notice });
    else if (code === 'not_payable' || code === 'denied') tell({ type: 'ended', notice });
    else if (code === 'already_sent') {
      tell({ type: 'sent', txHash: null });
      await controller.lookAgain();
    } else if (tell({ type: 'refused', notice })) {
      if (state.step === 'preparing') await prepare();
      else if (state.step === 'loading') await controller.read();
      // Balances have moved: the rows must not say what is no longer so.
      else if (code === 'not_enough') await client.read().then(tellRead, () => {});
    }
  };

  const send = async (rawTx: string): Promise<void> => {
    try {
      tell({ type: 'sent', txHash: (await client.send(rawTx)).txHash });
    } catch (error) {
      if (mayHaveSent(error)) tell({ type: 'unsure', rawTx });
      else await reject(error);
    }
  };

  const controller: PayController = {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async read() {
      tell({ type: 'reading' });
      try {
        tellRead(await client.read());
      } catch {
        tell({ type: 'serverAway' });
      }
    },
    async lookAgain() {
      // What is shown stays when the server is away.
      await client.read().then(tellRead, () => {});
    },
    async payAgain() {
      if (state.step !== 'sent') return;
      if (state.txHash) givenUp.add(state.txHash);
      await controller.read();
    },
    async dueChanged() {
      if (tell({ type: 'dueChanged' })) await prepare();
      else if (state.step === 'choosing') await controller.lookAgain();
    },
    async review(option) {
      if (tell({ type: 'rowPicked', option })) await prepare();
    },
    backToList: () => void tell({ type: 'backToList' }),
    async approve(means) {
      if (!tell({ type: 'approvePressed' }) || state.step !== 'approving') return;
      const { balance, reviewed } = state;
      let rawTx: string;
      try {
        rawTx = await sign(balance.wallet, means, reviewed);
      } catch (error) {
        return void tell({ type: 'notSigned', notice: failureOf(error) });
      }
      await send(rawTx);
    },
    async resend() {
      if (state.step !== 'unsure' || state.busy) return;
      const { rawTx } = state;
      tell({ type: 'resending' });
      await send(rawTx);
    },
  };
  return controller;
};
