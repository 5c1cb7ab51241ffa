// One send-back in the browser: the receiver's wallet signs the order, then sends it. Each step says what it is about, so that a
// person who is asked by the wallet knows what for; nothing is sent that the server has not recorded before.

import { chainIdOf, type Eip1193Provider, firstAccount } from '#web/checkout/browser-wallet/eip1193.ts';
import { switchNetwork } from '#web/checkout/browser-wallet/switch-network.ts';
import { failureOf, mayHaveSent } from '#web/checkout/browser-wallet/wallet-errors.ts';
import type { OrderToSend, RefundOffer, RefundReply } from '../server/refund-types.ts';

export type FlowStep = 'connect' | 'network' | 'sign' | 'record' | 'send';

/** Why it ended early, in words for the merchant. */
export class FlowStop extends Error {}

const ask = async (url: string, fields: Record<string, string>): Promise<RefundReply> => {
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
  } catch {
    throw new FlowStop('This server could not be reached. Load the page again to see what it knows.');
  }
  if (response.redirected || response.status === 401)
    throw new FlowStop('Log in again to go on: load this page again. Nothing was sent.');
  if (response.status === 403) throw new FlowStop('Only an owner of an active store may send money back.');
  if (!response.ok) throw new FlowStop('This server failed. Load the page again to see what it knows.');
  const reply = (await response.json()) as RefundReply;
  if (reply.kind === 'refused') throw new FlowStop(reply.message);
  return reply;
};

const targetText = ({ target }: RefundOffer): string =>
  target.kind === 'review' ? `review:${target.reviewItemId}` : `surplus:${target.intentId}`;

interface Flow {
  url: string;
  offer: RefundOffer;
  reason: string;
  wallet: Eip1193Provider;
  onStep: (step: FlowStep) => void;
}

/** Rejects with FlowStop. @returns the transaction's hash */
export const sendMoneyBack = async (flow: Flow): Promise<string> => {
  const { url, offer, reason, wallet, onStep } = flow;
  const fields = { target: targetText(offer), reason };
  onStep('connect');
  await connect(flow);
  if (offer.existing?.state === 'signed') return await send(flow, await orderOf(ask(url, { ...fields, do: 'resume' })));
  if (offer.source === 'wallet') {
    onStep('record');
    return await send(flow, await orderOf(ask(url, { ...fields, do: 'wallet' })));
  }
  const prepared = await ask(url, { ...fields, do: 'prepare' });
  if (prepared.kind !== 'sign') throw new FlowStop('The server gave no order. Nothing was sent.');
  const { typedData, nonce, deadline, network } = prepared.order;
  onStep('network');
  await bringTo(flow, network);
  onStep('sign');
  const signature = await asked(
    wallet.request({ method: 'eth_signTypedData_v4', params: [offer.receiver, JSON.stringify(typedData)] }),
  );
  onStep('record');
  const signed = { nonce, deadline: String(deadline), signature: String(signature) };
  return await send(flow, await orderOf(ask(url, { ...fields, ...signed, do: 'order' })));
};

const orderOf = async (reply: Promise<RefundReply>): Promise<OrderToSend> => {
  const answer = await reply;
  if (answer.kind !== 'send') throw new FlowStop('The server gave no order. Nothing was sent.');
  return answer.order;
};

const connect = async ({ wallet, offer }: Flow): Promise<void> => {
  const account = firstAccount(await asked(wallet.request({ method: 'eth_requestAccounts' })));
  if (account === offer.receiver.toLowerCase()) return;
  throw new FlowStop(
    `The wallet is on ${account ?? 'no account'}. Choose the receiving address of this order in it: ${offer.receiver}. Nothing was sent.`,
  );
};

const bringTo = async ({ wallet }: Flow, network: OrderToSend['network']): Promise<void> => {
  const current = async () => chainIdOf(await asked(wallet.request({ method: 'eth_chainId' })));
  if ((await current()) === Number(network.chainId)) return;
  await asked(switchNetwork(wallet, network));
  if ((await current()) !== Number(network.chainId))
    throw new FlowStop(`Switch the wallet to ${network.chainName} and try again. Nothing was sent.`);
};

const send = async (flow: Flow, { id, transaction, network }: OrderToSend): Promise<string> => {
  const { url, wallet, onStep } = flow;
  onStep('network');
  await bringTo(flow, network);
  onStep('send');
  let txHash: unknown;
  try {
    txHash = await wallet.request({
      method: 'eth_sendTransaction',
      params: [{ ...transaction, chainId: network.chainId }],
    });
  } catch (error) {
    const failure = failureOf(error);
    throw new FlowStop(
      mayHaveSent(failure)
        ? 'The wallet did not say whether it sent the transaction. This page finds it by itself if it did; load it again in a minute.'
        : 'The wallet sent nothing. The order is kept and can be sent from this page until it runs out.',
    );
  }
  if (typeof txHash !== 'string')
    throw new FlowStop('The wallet gave no transaction. Load this page again in a minute.');
  // The worker finds the event in any case: this only makes the page know it sooner.
  await ask(url, { do: 'sent', id, txHash }).catch(() => {});
  return txHash;
};

const asked = async <T>(request: Promise<T>): Promise<T> => {
  try {
    return await request;
  } catch (error) {
    if (error instanceof FlowStop) throw error;
    const label = {
      dismissed: 'You dismissed the request. Nothing was sent.',
      pending: 'A request is open in the wallet already: answer it there. Nothing was sent.',
      unsupported: 'This wallet cannot do this. Nothing was sent; try another one.',
    } as Record<string, string>;
    throw new FlowStop(label[failureOf(error)] ?? 'The wallet refused. Nothing was sent.');
  }
};
