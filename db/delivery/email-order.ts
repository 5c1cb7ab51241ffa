// The facts of an order as its e-mails show them, read when a message is rendered.
import type { CoinId } from '#domain/coins.ts';
import { type CurrencyId, currencySymbol } from '#domain/currencies.ts';
import type { EmailOrder, EmailPayment } from '#domain/email-facts.ts';
import { feeOfSettlement } from '#domain/fees.ts';
import type { IntentId } from '#domain/ids.ts';
import { formatDecimal, formatUnits, fromBaseUnits, subtract, toBaseUnitsFloor, unitsOf } from '#domain/money.ts';
import { OrderSourceKind } from '#domain/order-source.ts';
import { neutralText } from '#domain/text.ts';
import { readBookings } from '../orders/bookings.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';

/** The fee of an unpaid order is an estimate: it assumes a token of six decimals, as most are, and rounds down as the contract does. */
const ESTIMATE_DECIMALS = 6;

interface Row {
  amountUnits: string;
  amountCents: string;
  currency: CurrencyId | null;
  feeRateE9: string;
  orderId: string | null;
  description: string | null;
  source: OrderSourceKind;
  coin: CoinId;
  acceptedCoins: CoinId[];
  acceptedChainIds: number[];
  createdAt: Date;
  expiresAt: Date;
  confirmedAt: Date | null;
}

const READ = `
  select amount_units::text as "amountUnits", amount_cents::text as "amountCents", currency, fee_rate_e9::text as "feeRateE9",
    order_id as "orderId", order_description as description, source, stable_coin as coin, accepted_stable_coins as "acceptedCoins",
    accepted_chain_ids as "acceptedChainIds", created_at as "createdAt", expires_at as "expiresAt", confirmed_at as "confirmedAt"
  from checkout_intent where id = $1`;

/** Null when there is no such intent. */
export const readEmailOrder = async (em: Em, intentId: IntentId): Promise<EmailOrder | null> => {
  const { rows } = await sqlOf({ em }).query<Row>({ name: 'email-order', text: READ, values: [intentId] });
  const [intent] = rows;
  if (!intent) return null;
  const { currency } = intent;
  const amountUnits = unitsOf(intent.amountUnits);
  const feeOfPriceUnits = fromBaseUnits(
    feeOfSettlement(toBaseUnitsFloor(amountUnits, ESTIMATE_DECIMALS), BigInt(intent.feeRateE9)),
    ESTIMATE_DECIMALS,
  );
  return {
    intentId,
    orderId: intent.orderId === null ? null : neutralText(intent.orderId),
    description: intent.description === null ? null : neutralText(intent.description),
    isInvoice: intent.source === OrderSourceKind.INVOICE,
    amount: formatUnits(amountUnits),
    coin: intent.coin,
    fiat:
      currency === null
        ? null
        : { amount: formatDecimal(BigInt(intent.amountCents), 2, 2), currency: currencySymbol(currency) },
    acceptedCoins: intent.acceptedCoins,
    acceptedChainIds: intent.acceptedChainIds,
    feeOfPrice: formatUnits(feeOfPriceUnits),
    netOfPrice: formatUnits(subtract(amountUnits, feeOfPriceUnits)),
    createdAt: intent.createdAt.toISOString(),
    expiresAt: intent.expiresAt.toISOString(),
    payment: await readPayment(em, intentId as IntentId, intent.confirmedAt),
  };
};

/** Null until the intent is confirmed. Money that was accepted later is not part of it: no e-mail is about that. */
const readPayment = async (em: Em, id: IntentId, confirmedAt: Date | null): Promise<EmailPayment | null> => {
  if (confirmedAt === null) return null;
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
