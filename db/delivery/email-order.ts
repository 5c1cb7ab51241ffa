// The facts of an order as its e-mails show them, read when a message is rendered.
import { currencySymbol } from '#domain/currencies.ts';
import type { EmailOrder, EmailPayment } from '#domain/email-facts.ts';
import { feeOfSettlement } from '#domain/fees.ts';
import type { IntentId } from '#domain/ids.ts';
import { formatDecimal, formatUnits, fromBaseUnits, subtract, toBaseUnitsFloor } from '#domain/money.ts';
import { CheckoutIntent } from '../entities/intent.entity.ts';
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
    orderId: intent.orderId ?? null,
    description: intent.orderDescription ?? null,
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
    payment: paymentOf(intent),
  };
};

/** Null until the intent is confirmed. */
const paymentOf = (intent: CheckoutIntent): EmailPayment | null => {
  const { confirmedAt, actualPaidUnits, serviceFeeUnits, netIncomeUnits, surplusUnits } = intent;
  const { paidCoin, paidChainId, txHash, txFrom } = intent;
  if (
    !confirmedAt ||
    actualPaidUnits == null ||
    serviceFeeUnits == null ||
    netIncomeUnits == null ||
    paidCoin == null ||
    paidChainId == null ||
    !txHash ||
    !txFrom
  )
    return null;
  return {
    amount: formatUnits(actualPaidUnits),
    fee: formatUnits(serviceFeeUnits),
    net: formatUnits(netIncomeUnits),
    surplus: surplusUnits ? formatUnits(surplusUnits) : null,
    coin: paidCoin,
    chainId: paidChainId,
    txHash,
    payer: txFrom,
    confirmedAt: confirmedAt.toISOString(),
  };
};
