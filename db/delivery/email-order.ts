// The facts of an order as its e-mails show them, read when a message is rendered.
import { currencySymbol } from '#domain/currencies.ts';
import type { EmailOrder, EmailPayment } from '#domain/email-facts.ts';
import { feeOfSettlement } from '#domain/fees.ts';
import type { IntentId } from '#domain/ids.ts';
import { formatDecimal, formatUnits, fromBaseUnits, subtract, toBaseUnitsFloor } from '#domain/money.ts';
import { neutralText } from '#domain/text.ts';
import { CheckoutIntent } from '../entities/intent.entity.ts';
import { readBookings } from '../orders/bookings.ts';
import type { Em } from '../orm.ts';

/** The fee of an unpaid order is an estimate: it assumes a token of six decimals, as most are, and rounds down as the contract does. */
const ESTIMATE_DECIMALS = 6;

/** Null when there is no such intent. */
export const readEmailOrder = async (em: Em, intentId: string): Promise<EmailOrder | null> => {
  const intent = await em.fork().findOne(CheckoutIntent, { id: intentId as IntentId });
  if (!intent) return null;
  const { amountUnits, currency } = intent;
  const feeOfPriceUnits = fromBaseUnits(
    feeOfSettlement(toBaseUnitsFloor(amountUnits, ESTIMATE_DECIMALS), intent.feeRateE9),
    ESTIMATE_DECIMALS,
  );
  return {
    intentId,
    orderId: intent.orderId == null ? null : neutralText(intent.orderId),
    description: intent.orderDescription == null ? null : neutralText(intent.orderDescription),
    amount: formatUnits(amountUnits),
    coin: intent.stableCoin,
    fiat:
      currency == null
        ? null
        : { amount: formatDecimal(BigInt(intent.amountCents), 2, 2), currency: currencySymbol(currency) },
    acceptedCoins: intent.acceptedStableCoins,
    acceptedChainIds: intent.acceptedChainIds,
    feeOfPrice: formatUnits(feeOfPriceUnits),
    netOfPrice: formatUnits(subtract(amountUnits, feeOfPriceUnits)),
    createdAt: intent.createdAt.toISOString(),
    expiresAt: intent.expiresAt.toISOString(),
    payment: await readPayment(em, intent),
  };
};

/** Null until the intent is confirmed. Money that was accepted later is not part of it: no e-mail is about that. */
const readPayment = async (em: Em, { id, confirmedAt }: CheckoutIntent): Promise<EmailPayment | null> => {
  if (!confirmedAt) return null;
  const bookings = await readBookings(em.fork(), id);
  return {
    parts: bookings
      .filter(({ kind }) => kind === 'payment')
      .map(({ coin, chainId, token, grossUnits, feeUnits, netUnits, surplusUnits, transfers }) => ({
        ...{ coin, chainId, token },
        amount: formatUnits(grossUnits),
        fee: formatUnits(feeUnits),
        net: formatUnits(netUnits),
        surplus: surplusUnits > 0n ? formatUnits(surplusUnits) : null,
        transfers: transfers.map(({ txHash, from }) => ({ txHash, payer: from })),
      })),
    confirmedAt: confirmedAt.toISOString(),
  };
};
