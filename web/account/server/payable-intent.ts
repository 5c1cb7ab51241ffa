// What an intent still needs: the price less what arrived and what is on the way from account wallets.
import { listIntentWalletTxs } from '#db/accounts/account-wallets.ts';
import { TokenTransfer } from '#db/entities/chain.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import type { WalletTx } from '#db/entities/wallet.entity.ts';
import type { Em } from '#db/orm.ts';
import type { Address } from '#domain/address.ts';
import { type Chain, isUnwantedToken, type Token, tokenAt } from '#domain/chains.ts';
import { UserError } from '#domain/errors.ts';
import { type IntentId, isIntentId } from '#domain/ids.ts';
import { fromBaseUnits, subtract, sum, toBaseUnitsCeil, type Units, ZERO } from '#domain/money.ts';
import { payableDeposit } from '#domain/payable-address.ts';
import { misfitOf } from '#domain/payment-rules.ts';
import { isAwaitingPayment } from '#domain/status.ts';
import type { WantedTransfer } from '#web/chains/wallet-balances.ts';
import { noteOrder } from '#web/http/named-order.ts';
import { refreshSent, type SendDeps } from './send-transfer.ts';

/** An intent that can be paid now, and what is still to be sent. */
export interface PayableIntent {
  intent: CheckoutIntent;
  dueUnits: Units;
}

export const notPayable = (): UserError =>
  new UserError('not_payable', 'This checkout does not take a payment any more');

/**
 * Throws UserError `not_payable`, or `already_sent` when everything due is on its way.
 * @param payer the wallet that asks
 */
export const payableIntent = async (
  deps: SendDeps,
  em: Em,
  intentId: string,
  payer: Address,
): Promise<PayableIntent> => {
  if (!isIntentId(intentId)) throw notPayable();
  const intent = await em.findOne(CheckoutIntent, intentId, { refresh: true });
  if (intent) noteOrder(intent);
  if (!intent || !isAwaitingPayment(intent.status) || intent.expiresAt.getTime() <= Date.now()) throw notPayable();
  const transfers = await em.find(TokenTransfer, { intent, state: { $ne: 'orphaned' } });
  const rules = {
    expiresAt: intent.expiresAt.getTime(),
    acceptedCoins: intent.acceptedStableCoins,
    acceptedChainIds: intent.acceptedChainIds,
  };
  const arrived = transfers
    .filter((transfer) => {
      const { chainId, coin, blockTime } = transfer;
      const facts = { chainId, coin, blockTime: blockTime.getTime() };
      return misfitOf(rules, { ...facts, isUnwantedToken: isUnwantedToken(intent, transfer) }) === null;
    })
    .map(({ amountUnits }) => amountUnits);
  const dueUnits = subtract(
    subtract(intent.amountUnits, sum(arrived)),
    await onTheWay(deps, intent.id, transfers, payer),
  );
  if (dueUnits > 0n) return { intent, dueUnits };
  throw new UserError('already_sent', 'The payment is on its way. Nothing more is needed');
};

/**
 * How long a transfer that is not mined counts: a stranger's must not keep the payer waiting; the payer's own waits longer, because
 * a second one would pay twice.
 */
const WAITED_FOR_MS = { own: 30 * 60_000, other: 5 * 60_000 };

const isAwaited = ({ state, createdAt, wallet }: WalletTx, payer: Address): boolean =>
  state === 'mined' ||
  (state === 'sent' && Date.now() - createdAt.getTime() < WAITED_FOR_MS[wallet.address === payer ? 'own' : 'other']);

/** Units that account wallets have sent and the ledger has not seen, so that a second tab does not send them again. */
const onTheWay = async (
  deps: SendDeps,
  intentId: IntentId,
  seen: readonly TokenTransfer[],
  payer: Address,
): Promise<Units> => {
  const sent = await listIntentWalletTxs(deps.orm.em, intentId);
  const unseen = sent.filter(({ txHash }) => !seen.some((transfer) => transfer.txHash === txHash));
  await refreshSent(deps, unseen);
  return sum(
    unseen
      .filter((tx) => isAwaited(tx, payer))
      .map(({ chainId, token: contract, amountBaseUnits }) => {
        const token = tokenAt(deps.access.chain(chainId), contract);
        return token ? fromBaseUnits(amountBaseUnits, token.decimals) : ZERO;
      }),
  );
};

/** Whether a transfer of the token on its chain counts toward the price. */
export const acceptsToken = (intent: CheckoutIntent, chain: Chain, { coin, address }: Token): boolean =>
  intent.acceptedStableCoins.includes(coin) &&
  intent.acceptedChainIds.includes(chain.id) &&
  !isUnwantedToken(intent, { chainId: chain.id, token: address });

/**
 * The transfer that pays what is due. Throws UserError `not_payable` when the intent does not accept this token on this chain.
 * @param token undefined for none of the chain's
 */
export const transferDue = (
  { intent, dueUnits }: PayableIntent,
  chain: Chain,
  token: Token | undefined,
): WantedTransfer => {
  if (!token || !acceptsToken(intent, chain, token)) {
    throw new UserError('not_payable', 'This checkout does not take this coin on this network');
  }
  return {
    token,
    recipient: payableDeposit(intent.depositAddress),
    amountBaseUnits: toBaseUnitsCeil(dueUnits, token.decimals),
  };
};
