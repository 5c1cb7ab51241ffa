// One refund in the browser: the receiver's wallet signs the order, then sends it. The page explains each step while the wallet
// asks for it. The server records an order before the wallet sends it.

import { LOG_IN_AGAIN } from '#web/access/form-error-types.ts';
import { chainIdOf, type Eip1193Provider, firstAccount } from '#web/checkout/browser-wallet/eip1193.ts';
import { switchNetwork } from '#web/checkout/browser-wallet/switch-network.ts';
import { failureOf, mayHaveSent } from '#web/checkout/browser-wallet/wallet-errors.ts';
import { logInAgain } from '../../frame/log-in-request.ts';
import type { OrderToSend, RefundOffer, RefundReply } from '../server/refund-types.ts';

export type FlowStep = 'connect' | 'network' | 'sign' | 'record' | 'check' | 'send';

/** The refund ended early; the message is for the merchant. */
export class FlowStop extends Error {}

const sent = async (url: string, body: URLSearchParams): Promise<Response> => {
  try {
    return await fetch(url, { method: 'POST', body });
  } catch {
    throw new FlowStop('This server could not be reached. Reload the page to see the current state.');
  }
};

/** An old log-in is renewed on the page, then the same request is sent again. Throws FlowStop with the reason of a rejection. */
export const post = async (url: string, fields: Record<string, string>): Promise<RefundReply> => {
  const body = new URLSearchParams(fields);
  let response = await sent(url, body);
  if (response.status === 403) {
    const denial = (await response
      .clone()
      .json()
      .catch(() => null)) as { code?: string; account?: string } | null;
    if (denial?.code === LOG_IN_AGAIN) {
      if (!(await logInAgain(denial.account ?? ''))) throw new FlowStop('Log in again to continue. Nothing was sent.');
      response = await sent(url, body);
    }
  }
  if (response.redirected || response.status === 401)
    throw new FlowStop('Log in again to continue: reload this page. Nothing was sent.');
  if (response.status === 403) throw new FlowStop('Only an owner of an active store may refund money.');
  if (response.status === 429) throw new FlowStop('Too many requests. Try again in a minute. Nothing was sent.');
  if (!response.ok) throw new FlowStop('This server failed. Reload the page to see the current state.');
  const reply = (await response.json()) as RefundReply;
  if (reply.kind === 'rejected') throw new FlowStop(reply.message);
  return reply;
};

/** The target as the server reads it. */
export const targetText = ({ target }: Pick<RefundOffer, 'target'>): string => {
  if (target.kind === 'review') return `review:${target.reviewItemId}`;
  if (target.kind === 'surplus') return `surplus:${target.intentId}`;
  return `payer:${target.intentId}:${target.chainId}:${target.token}:${target.payer}`;
};

/** What the form holds: the terms of the refund, as fields. */
export interface TermFields {
  amount: string;
  to: string;
  toAgain: string;
  feeBearer: string;
  requestId: string;
}

interface Flow {
  url: string;
  offer: RefundOffer;
  reason: string;
  terms: TermFields;
  wallet: Eip1193Provider;
  onStep: (step: FlowStep) => void;
}

/** Rejects with FlowStop. @returns the transaction's hash */
export const refundMoney = async (flow: Flow): Promise<string> => {
  const { url, offer, reason, terms, wallet, onStep } = flow;
  const fields = { target: targetText(offer), reason, ...terms };
  onStep('connect');
  await connect(flow, offer.receiver);
  if (offer.source === 'wallet') {
    onStep('record');
    return await send(flow, await orderOf(post(url, { ...fields, do: 'wallet' })));
  }
  const prepared = await post(url, { ...fields, do: 'prepare' });
  if (prepared.kind !== 'sign') throw new FlowStop('The server returned no order. Nothing was sent.');
  const { typedData, nonce, deadline, network } = prepared.order;
  onStep('network');
  await switchTo(flow, network);
  onStep('sign');
  const signature = await signed(wallet, offer.receiver, JSON.stringify(typedData));
  onStep('record');
  const proof = { nonce, deadline: String(deadline), signature };
  return await send(flow, await orderOf(post(url, { ...fields, ...proof, do: 'order' })));
};

/** What the page has of a release of stray money: the order that the receiver signs. */
export interface StrayToSign {
  id: string;
  to: string;
  nonce: string;
  deadline: string;
  /** JSON. */
  typedData: string;
  receiver: string;
  network: OrderToSend['network'];
}

/** Signs and sends the release of stray money. Nothing is recorded. Rejects with FlowStop. @returns the transaction's hash */
export const releaseStray = async (flow: SendFlow, stray: StrayToSign): Promise<string> => {
  const { url, wallet, onStep } = flow;
  const { id, to, nonce, deadline, typedData, receiver, network } = stray;
  onStep('connect');
  await connect(flow, receiver);
  onStep('network');
  await switchTo(flow, network);
  onStep('sign');
  const signature = await signed(wallet, receiver, typedData);
  onStep('check');
  const order = await orderOf(post(url, { do: 'release', id, to, nonce, deadline, signature }));
  return await sendTransaction(flow, order, 'The wallet sent nothing. Sign again to try again.');
};

const signed = async (wallet: Eip1193Provider, signer: string, typedData: string): Promise<string> =>
  String(await confirmed(wallet.request({ method: 'eth_signTypedData_v4', params: [signer, typedData] })));

/** Sends an order that is recorded already. Rejects with FlowStop. @returns the transaction's hash */
export const sendRecorded = async (flow: SendFlow, order: OrderToSend): Promise<string> => {
  flow.onStep('connect');
  await connect(flow, order.transaction.from);
  return await send(flow, order);
};

/** Records a transfer from the wallet that is sent by another way: as a code, as call data, or by a Safe. Rejects with FlowStop. */
export const recordForOtherWay = async (url: string, offer: RefundOffer, reason: string, terms: TermFields) =>
  orderOf(post(url, { target: targetText(offer), reason, ...terms, fromWallet: 'true', do: 'wallet' }));

type SendFlow = Pick<Flow, 'url' | 'wallet' | 'onStep'>;

const orderOf = async (reply: Promise<RefundReply>): Promise<OrderToSend> => {
  const resolved = await reply;
  if (resolved.kind !== 'send') throw new FlowStop('The server returned no order. Nothing was sent.');
  return resolved.order;
};

const connect = async ({ wallet }: SendFlow, receiver: string): Promise<void> => {
  const account = firstAccount(await confirmed(wallet.request({ method: 'eth_requestAccounts' })));
  if (account === receiver.toLowerCase()) return;
  throw new FlowStop(
    `The wallet is on ${account ?? 'no account'}. Choose the receiving address of this order in it: ${receiver}. Nothing was sent.`,
  );
};

const switchTo = async ({ wallet }: SendFlow, network: OrderToSend['network']): Promise<void> => {
  const current = async () => chainIdOf(await confirmed(wallet.request({ method: 'eth_chainId' })));
  if ((await current()) === Number(network.chainId)) return;
  await confirmed(switchNetwork(wallet, network));
  if ((await current()) !== Number(network.chainId))
    throw new FlowStop(`Switch the wallet to ${network.chainName} and try again. Nothing was sent.`);
};

const NOT_SENT = 'The wallet sent nothing. The order is stored, and you can send it from this page until it expires.';

const send = async (flow: SendFlow, order: OrderToSend): Promise<string> => {
  const txHash = await sendTransaction(flow, order, NOT_SENT);
  // The worker finds the event in any case; this only shows it sooner.
  await post(flow.url, { do: 'sent', id: order.id, txHash }).catch(() => {});
  return txHash;
};

const sendTransaction = async (
  flow: SendFlow,
  { transaction, network }: OrderToSend,
  notSent: string,
): Promise<string> => {
  const { wallet, onStep } = flow;
  onStep('network');
  await switchTo(flow, network);
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
        ? 'The wallet did not say whether it sent the transaction. If it did, this page will show it: reload it in a minute.'
        : notSent,
    );
  }
  if (typeof txHash !== 'string')
    throw new FlowStop('The wallet returned no transaction. Reload this page in a minute.');
  return txHash;
};

const confirmed = async <T>(request: Promise<T>): Promise<T> => {
  try {
    return await request;
  } catch (error) {
    if (error instanceof FlowStop) throw error;
    const label = {
      dismissed: 'You dismissed the request. Nothing was sent.',
      pending: 'The wallet already has an open request: confirm or reject it there. Nothing was sent.',
      unsupported: 'This wallet cannot do this. Nothing was sent; try another one.',
    } as Record<string, string>;
    throw new FlowStop(label[failureOf(error)] ?? 'The wallet rejected the request. Nothing was sent.');
  }
};
