// What is still missing for an intent to be paid.
import { TokenTransfer } from '#db/entities/chain.entity.ts';
import type { CheckoutIntent } from '#db/entities/intent.entity.ts';
import type { Em } from '#db/orm.ts';
import { toBaseUnitsCeil } from '#domain/money.ts';

/** In base units of a token with so many decimals, rounded up; 0 when nothing is due. Parts that arrived are taken off. */
export const amountDue = async (em: Em, intent: CheckoutIntent, decimals: number): Promise<bigint> => {
  const transfers = await em.find(TokenTransfer, { intent, state: { $ne: 'orphaned' } });
  const received = transfers
    .filter(
      ({ coin, chainId }) => intent.acceptedStableCoins.includes(coin) && intent.acceptedChainIds.includes(chainId),
    )
    .reduce((total, { amountUnits }) => total + amountUnits, 0n);
  return received >= intent.amountUnits ? 0n : toBaseUnitsCeil(intent.amountUnits - received, decimals);
};
