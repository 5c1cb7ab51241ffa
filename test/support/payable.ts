// Changes of money settings and checks of addresses for tests without chains.
import type { Actor } from '#db/merchants/audit.ts';
import { checkSettings, updateMoneySettings } from '#db/merchants/change-store.ts';
import { permit } from '#db/merchants/money-permission.ts';
import type { StoreSettings } from '#db/merchants/store-settings.ts';
import type { Em } from '#db/orm.ts';
import { type AddressCheck, knownPayable } from '#domain/payable-address.ts';

/** The check without its reads: no chain runs. */
export const checkWithoutChains: AddressCheck = async (address) => knownPayable(address);

export const updateCheckedStore = async (em: Em, storeId: string, settings: StoreSettings, actor?: Actor) =>
  updateMoneySettings(
    em,
    permit('command'),
    storeId,
    await checkSettings(em, checkWithoutChains, storeId, settings),
    actor,
  );
