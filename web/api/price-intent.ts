// From a valid create request to the intent that is stored: coins, chains, price, fee and deposit address.
import { randomBytes } from 'node:crypto';
import type { StoreTerms } from '#db/api/authenticate.ts';
import { isFreshRate } from '#db/intents/fiat-rates.ts';
import type { NewIntent } from '#db/intents/intent-columns.ts';
import { coinsOf, networksFor } from '#domain/chains.ts';
import { acceptedCoinsOf, type CoinId, DEFAULT_ACCEPTED_COINS } from '#domain/coins.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import { depositAddress } from '#domain/deposit-address.ts';
import { ApiError } from '#domain/errors.ts';
import { feeRateE9 } from '#domain/fees.ts';
import { makeContractId, makeIntentId } from '#domain/ids.ts';
import { centsOf, type Units, unitsFromCents } from '#domain/money.ts';
import type { PayableAddress } from '#domain/payable-address.ts';
import { MIN_PRICE_EXCLUSIVE_UNITS, priceFromFiat } from '#domain/pricing.ts';
import { rawMember } from '#domain/raw-json.ts';
import { receiverProblem } from '#domain/receiver-networks.ts';
import { isStorableText } from '#domain/text.ts';
import { webAddressProblem } from '#domain/web-address.ts';
import type { ApiServices } from './context.ts';
import { validationError } from './json-body.ts';
import { type CreateBody, LIMITS } from './schemas.ts';

const notCreated = (reason: string, message: string, field?: string): ApiError =>
  new ApiError('intentNotCreated', message, { ...(field ? { field } : {}), reason });

/** What pricing needs of the server. */
export interface PricingServices extends Pick<ApiServices, 'chains' | 'factory' | 'feeReceiver'> {
  rates: Pick<ApiServices['rates'], 'get'>;
}

/**
 * @param terms of the store, with the key that makes the order, or null
 * @param jsonText the body as sent. Throws ApiError 10001 or 50002.
 */
export const priceIntent = async (
  services: PricingServices,
  key: StoreTerms & { apiKeyId: string | null },
  body: CreateBody,
  jsonText: string,
): Promise<NewIntent> => {
  const extraJson = body.extra ? extraText(jsonText) : null;
  const receiver = receiverOf(key);
  const acceptedStableCoins = coinsFor(key, body.accepted_stable_coins as CoinId[] | null | undefined);
  const acceptedChainIds = chainsFor(services, key, acceptedStableCoins);
  const now = new Date();
  const price = await priceOf(services, body, acceptedStableCoins, now);
  if (price.amountUnits <= MIN_PRICE_EXCLUSIVE_UNITS) {
    throw notCreated('amount_too_small', 'The amount is too small: it must be above 0.1 coin.', 'amount_cents');
  }
  const id = makeIntentId(Math.floor(now.getTime() / 1000), randomBytes(8));
  const contractId = makeContractId(randomBytes(12));
  const { feeReceiver, factory } = services;
  const rate = feeRateE9(price.amountUnits, key.feeBps, key.minFeeUnits);
  return {
    id,
    contractId,
    storeId: key.storeId,
    apiKeyId: key.apiKeyId,
    ...price,
    amountCents: centsOf(body.amount_cents),
    acceptedStableCoins,
    acceptedChainIds,
    acceptsBridgedTokens: key.acceptsBridgedTokens,
    toleranceBps: key.toleranceBps,
    extensionSeconds: key.extensionSeconds,
    orderId: body.order_id ?? null,
    orderDescription: body.order_description ?? null,
    userId: body.user_id ?? null,
    userName: body.user_name ?? null,
    redirectUrl: body.redirect_url ?? returnUrl(body.extra),
    extraJson,
    factory,
    receiver,
    feeReceiver,
    feeRateE9: rate,
    depositAddress: depositAddress(factory, { receiver, feeReceiver, feeRateE9: rate, contractId }),
    createdAt: now,
    expiresAt: new Date(now.getTime() + key.checkoutTtlSeconds * 1000),
  };
};

const extraText = (jsonText: string): string | null => {
  const extra = rawMember(jsonText, 'extra');
  if (!extra) return null;
  if (extra.depth > LIMITS.extraDepth) throw validationError('extra', 'too_deep');
  if (Buffer.byteLength(extra.text) > LIMITS.extraBytes) throw validationError('extra', 'too_long');
  return extra.text;
};

/** Older clients send it instead of `redirect_url`. An unusable URL is ignored, so that the payment can go on. */
const returnUrl = (extra: CreateBody['extra']): string | null => {
  const url = extra?.return_url;
  return typeof url === 'string' && isStorableText(url) && webAddressProblem(url) === undefined ? url : null;
};

const receiverOf = ({ receiver }: StoreTerms): PayableAddress => {
  if (receiver) return receiver;
  throw notCreated('no_receiver', 'This store cannot take payments yet: it has no receiving address.');
};

/** The requested coins that the store accepts, in the request's order. Without a request: the default, or the store's first coin. */
const coinsFor = (
  { acceptedCoins: chosen }: StoreTerms,
  requested: readonly CoinId[] | null | undefined,
): readonly CoinId[] => {
  const acceptedCoins = acceptedCoinsOf(chosen);
  const coins = requested ? [...new Set(requested)] : DEFAULT_ACCEPTED_COINS;
  const accepted = coins.filter((coin) => acceptedCoins.includes(coin));
  if (accepted.length > 0) return accepted;
  const [first] = acceptedCoins;
  if (!requested && first) return [first];
  throw notCreated('no_coin', 'This store takes none of the accepted coins.', 'accepted_stable_coins');
};

const unusable = (networks: readonly string[]): string =>
  `The receiving address of this store was not found able to keep money on ${networks.join(', ')}. Dashboard, Settings, Payments says why.`;

const chainsFor = ({ chains }: PricingServices, key: StoreTerms, coins: readonly CoinId[]): number[] => {
  const networks = networksFor(key, chains)
    .filter(({ id }) => key.acceptedChainIds === null || key.acceptedChainIds.includes(id))
    .filter((chain) => coinsOf(chain).some((coin) => coins.includes(coin)));
  const payable = networks.filter((chain) => receiverProblem(key.receiverCodes, chain) === null);
  if (payable.length > 0) return payable.map(({ id }) => id);
  if (networks.length > 0) throw notCreated('no_chain', unusable(networks.map(({ name }) => name)));
  throw notCreated('no_chain', 'None of the accepted coins can be paid on the networks of this store.');
};

interface Price {
  currency: CurrencyId | null;
  stableCoin: CoinId;
  amountUnits: Units;
  rateE10: bigint | null;
}

const priceOf = async (
  services: PricingServices,
  body: CreateBody,
  [settlementCoin = 1]: readonly CoinId[],
  now: Date,
): Promise<Price> => {
  const cents = centsOf(body.amount_cents);
  if (body.stable_coin != null) {
    const stableCoin = body.stable_coin as CoinId;
    return { currency: null, stableCoin, amountUnits: unitsFromCents(cents), rateE10: null };
  }
  const currency = body.currency as CurrencyId;
  const rate = await services.rates.get(currency);
  if (!rate || !isFreshRate(rate, now)) {
    throw notCreated(
      'rate_unavailable',
      'This currency has no current exchange rate. Please try again later.',
      'currency',
    );
  }
  const { rateE10 } = rate;
  return { currency, stableCoin: settlementCoin, amountUnits: priceFromFiat(cents, rateE10), rateE10 };
};
