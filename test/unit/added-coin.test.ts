// A coin that a release adds is off in every store until somebody there selects it (decision 0113).
import { expect, test, vi } from 'vitest';
import { acceptedCoinsOf, COIN_IDS, type CoinId } from '#domain/coins.ts';
import { settingsForm } from '#web/dashboard/settings/server/settings-forms.ts';

// As a release that adds one: the tables know it, what stores stored is as it was.
vi.mock(import('#domain/coins.ts'), async (load) => {
  const coins = await load();
  return { ...coins, COIN_IDS: [...coins.COIN_IDS, 4 as CoinId] };
});

const { values, toSettings } = settingsForm('payments', { chains: [], development: false });
const save = (acceptedCoins: number[]) =>
  toSettings({
    ...{ acceptedCoins, acceptedChainIds: [], acceptsBridgedTokens: false, tolerancePercent: 50 },
    ...{ checkoutMinutes: 1_800, extensionMinutes: 1_800 },
  });

test('is not among those of a store that has chosen none', () => {
  expect(COIN_IDS).toEqual([1, 2, 4]);
  expect(acceptedCoinsOf(null)).toEqual([1, 2]);
  expect(acceptedCoinsOf([2])).toEqual([2]);
});

test('is not selected in the form, and a save that selects nothing new is no choice', () => {
  const store = { acceptedCoins: null, acceptedChainIds: null, toleranceBps: 50 };
  expect(values(store as never)).toMatchObject({ acceptedCoins: ['1', '2'] });
  expect(save([1, 2])).toMatchObject({ acceptedCoins: null });
});

test('is accepted once it is selected, with all others too', () => {
  expect(save([1, 2, 4])).toMatchObject({ acceptedCoins: [1, 2, 4] });
  expect(save([1])).toMatchObject({ acceptedCoins: [1] });
});
