// The amount that is still due for an intent.

import { type BaseUnits, subtract, sum, toBaseUnitsCeil, ZERO } from '#domain/money.ts';
import { TokenTransfer } from '../entities/chain.entity.ts';
import type { CheckoutIntent } from '../entities/intent.entity.ts';
import type { Em } from '../orm.ts';

/** The price minus received parts, in base units of a token with these decimals, rounded up. 0 when nothing is due. */
export const amountDue = async (em: Em, intent: CheckoutIntent, decimals: number): Promise<BaseUnits> => {
  const transfers = await em.find(TokenTransfer, { intent, state: { $ne: 'orphaned' } });
  const arrived = transfers
    .filter(
      ({ coin, chainId }) => intent.acceptedStableCoins.includes(coin) && intent.acceptedChainIds.includes(chainId),
    )
    .map(({ amountUnits }) => amountUnits);
  const received = sum(arrived);
  return received >= intent.amountUnits ? ZERO : toBaseUnitsCeil(subtract(intent.amountUnits, received), decimals);
};
