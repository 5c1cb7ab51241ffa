// Intents for the benchmarks, with the fields that the API sets for a price in coin.

import { randomBytes } from 'node:crypto';
import type { NewIntent } from '#db/intents/intent-columns.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { depositAddress } from '#domain/deposit-address.ts';
import { DEFAULT_MIN_FEE_UNITS, feeRateE9 } from '#domain/fees.ts';
import { makeContractId, makeIntentId } from '#domain/ids.ts';
import { centsOf, multiply, ONE_COIN } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';

/** Anvil's accounts 7 and 8. */
export const RECEIVER = knownPayable('0x14dC79964da2C08b23698B3D3cc7Ca32193d9955');
export const FEE_RECEIVER = knownPayable('0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f');
export const PRICE_UNITS = multiply(ONE_COIN, 10n);

/** 10 USDT, payable for an hour on both local chains. */
export const newIntent = (storeId: string, apiKeyId: string): NewIntent => {
  const createdAt = new Date();
  const id = makeIntentId(createdAt.getTime() / 1000, randomBytes(8));
  const terms = {
    receiver: RECEIVER,
    feeReceiver: FEE_RECEIVER,
    feeRateE9: feeRateE9(PRICE_UNITS, 60, DEFAULT_MIN_FEE_UNITS),
    contractId: makeContractId(randomBytes(12)),
  };
  return {
    id,
    contractId: terms.contractId,
    storeId,
    apiKeyId,
    currency: null,
    stableCoin: 1,
    amountCents: centsOf(1000n),
    amountUnits: PRICE_UNITS,
    rateE10: null,
    acceptedStableCoins: [1],
    acceptedChainIds: [31337, 31338],
    acceptsBridgedTokens: false,
    toleranceBps: 50,
    extensionSeconds: 1800,
    orderId: `order-${id}`,
    orderDescription: 'Benchmark',
    userId: null,
    userName: null,
    redirectUrl: null,
    extraJson: null,
    factory: FACTORY_ADDRESS,
    receiver: terms.receiver,
    feeReceiver: terms.feeReceiver,
    feeRateE9: terms.feeRateE9,
    depositAddress: depositAddress(FACTORY_ADDRESS, terms),
    expiresAt: new Date(createdAt.getTime() + 3_600_000),
    createdAt,
  };
};
