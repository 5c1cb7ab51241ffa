// The check "can this address keep money" for commands: with the running system's chains.

import { loadChains } from '#chain/chains-file.ts';
import type { Em } from '#db/orm.ts';
import type { Env } from '#domain/config.ts';
import type { AddressCheck } from '#domain/payable-address.ts';
import { createAddressCheck } from '#web/chains/address-check.ts';
import { closeChainPools, createChainPools } from '#web/chains/chain-pools.ts';

export const withAddressCheck = async <T>(env: Env, em: Em, work: (check: AddressCheck) => Promise<T>): Promise<T> => {
  const enabled = loadChains(env);
  const pools = createChainPools(enabled);
  try {
    return await work(createAddressCheck({ em, chains: enabled.map(({ chain }) => chain), pools }));
  } finally {
    await closeChainPools(pools);
  }
};
