// What settling cost, for the console: by network and by store.
import type { Em } from '#db/orm.ts';
import { readChainGas, readStoreGas } from '#db/settlements/gas-spent.ts';
import { networkName } from '#domain/chains.ts';
import { gasCost, monthAfter, monthBefore, monthOf, monthPeriod } from '#domain/gas-report.ts';
import { formatUnits } from '#domain/money.ts';
import type { TreasuryView } from './operator-types.ts';

/** @param text a month such as `2026-11`; of anything else, and of the future, this month is shown */
export const readTreasury = async (em: Em, text: string, now: Date): Promise<TreasuryView> => {
  const present = monthOf(now);
  const asked = monthPeriod(text);
  const period = asked && asked.month <= present ? asked : monthPeriod(present);
  if (!period) throw new RangeError(`no month: ${present}`);
  const [chains, stores] = await Promise.all([readChainGas(em, period), readStoreGas(em, period)]);
  const { month } = period;
  return {
    month,
    before: monthBefore(month) ?? month,
    after: month < present ? monthAfter(month) : null,
    networks: chains.map(({ chainId, transactions, failed, unknown, feeWei }) => ({
      ...{ chainId, transactions, failed, unknown },
      ...{ network: networkName(chainId), cost: gasCost(chainId, feeWei) },
    })),
    stores: stores.map(({ chainId, storeId, storeName, isTest, settlements, feeWei, earnedUnits }) => ({
      ...{ chainId, storeId, storeName, isTest, settlements },
      ...{ network: networkName(chainId), cost: gasCost(chainId, feeWei), earned: formatUnits(earnedUnits) },
    })),
  };
};
