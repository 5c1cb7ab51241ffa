// An order's search attributes: what operators search its workflow by. Only real changes, in one update, because each is a history
// event.
import type { SearchAttributePair } from '@temporalio/common';
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { IntentView } from '#domain/payment-look.ts';
import { IntentStatus, isTerminal, statusName } from '#domain/status.ts';
import { CheckoutAttention, CheckoutChainId, CheckoutStatus, CheckoutWaitingFor, type Waiting } from './messages.ts';

export interface OrderState {
  /** A watcher is behind the deadline. */
  isBlocked: boolean;
  /** A webhook's receiver has failed several times. */
  isFailing: boolean;
  /** A review is open. */
  needsPerson: boolean;
}

export const showOrder = (view: IntentView, state: OrderState): void =>
  update([
    ...ledgerAttributes(view),
    { key: CheckoutWaitingFor, value: waitingOf(view, state) },
    { key: CheckoutAttention, value: state.needsPerson || state.isFailing },
  ]);

/** For runs of older releases. */
export const showStatus = (view: IntentView): void => update(ledgerAttributes(view));

const ledgerAttributes = ({ status, chainId }: IntentView): SearchAttributePair[] => {
  // The chain where money was first seen stays.
  const isFirst = chainId !== null && workflowInfo().typedSearchAttributes.get(CheckoutChainId) === undefined;
  return [
    { key: CheckoutStatus, value: statusName(status) },
    ...(isFirst ? [{ key: CheckoutChainId, value: String(chainId) }] : []),
  ];
};

const update = (wanted: readonly SearchAttributePair[]): void => {
  const shown = workflowInfo().typedSearchAttributes;
  const changed = wanted.filter(({ key, value }) => String(shown.get(key)) !== String(value));
  if (changed.length > 0) upsertSearchAttributes(changed);
};

const waitingOf = ({ status }: IntentView, { isBlocked, isFailing, needsPerson }: OrderState): Waiting[] => {
  const waiting: Waiting[] = [];
  if (isBlocked) waiting.push('watcher');
  else if (status === IntentStatus.ON_CHAIN) waiting.push('confirmations');
  else if (status === IntentStatus.SEND_BACK) waiting.push('refund');
  else if (status !== IntentStatus.PENDING_MANUAL_OPERATION && !isTerminal(status)) waiting.push('payment');
  if (needsPerson) waiting.push('person');
  if (isFailing) waiting.push('webhook');
  return waiting;
};
