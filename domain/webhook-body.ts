// The body of a webhook (open-api.md section 6). Types are strict for receivers that compare bytes and check types.
import type { Address, Hex } from './address.ts';
import { type CoinId, coinSymbol } from './coins.ts';
import { type CurrencyId, currencySymbol } from './currencies.ts';
import type { IntentId } from './ids.ts';
import { formatUnits, type Units } from './money.ts';
import type { PaymentMethod } from './status.ts';

export const CONFIRMED_EVENT = 'checkout_intent.confirmed';

export interface ConfirmedPayment {
  intentId: IntentId;
  amountCents: bigint;
  currency: CurrencyId | null;
  amountUnits: Units;
  coin: CoinId;
  token: Address;
  chainId: number;
  txHash: Hex;
  txFrom: Address;
  paymentMethodType: PaymentMethod;
  orderId: string | null;
  userId: string | null;
  userName: string | null;
  /** The JSON text of the merchant's `extra`, or null. */
  extraJson: string | null;
}

/** The exact text that is sent for a confirmed payment. `extra_obj` is spliced in as the merchant wrote it. */
export const confirmedWebhookBody = (webhookId: string, transactionId: string, payment: ConfirmedPayment): string => {
  const head = JSON.stringify({
    all_scale_transaction_id: transactionId,
    all_scale_checkout_intent_id: payment.intentId,
    webhook_id: webhookId,
    event_type: CONFIRMED_EVENT,
    amount_cents: Number(payment.amountCents),
    currency: payment.currency,
    currency_symbol: payment.currency === null ? null : currencySymbol(payment.currency),
    amount_coins: formatUnits(payment.amountUnits),
    coin_symbol: coinSymbol(payment.coin),
    coin_contract_address: payment.token,
    chain_id: payment.chainId,
    tx_hash: payment.txHash,
    tx_from: payment.txFrom,
    payment_method_type: payment.paymentMethodType,
    order_id: payment.orderId,
    user_id: payment.userId,
    user_name: payment.userName,
  });
  return `${head.slice(0, -1)},"extra_obj":${payment.extraJson ?? 'null'}}`;
};
