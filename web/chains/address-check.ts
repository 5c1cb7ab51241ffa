// The reads of the check "can this address keep money" (domain/payable-address.ts): the code at an address on every chain that is on,
// and whether it is an order's deposit address.
import { readCodes } from '#chain/address-code.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { saveReceiverCodes } from '#db/merchants/receiver-codes.ts';
import type { Em } from '#db/orm.ts';
import type { Address } from '#domain/address.ts';
import { type Chain, networksFor } from '#domain/chains.ts';
import { type AddressCheck, type AddressReads, type CodeKind, payableAddress } from '#domain/payable-address.ts';
import type { ChainPools } from './chain-pools.ts';

export interface AddressCheckDeps {
  /** Forked for each check. */
  em: Em;
  /** The enabled chains. */
  chains: readonly Chain[];
  pools: ChainPools;
}

/** The check of a store's receiver also keeps what it read: that is what the store's networks are offered by (domain/receiver-networks.ts). */
export const createAddressCheck = ({ em, chains, pools }: AddressCheckDeps): AddressCheck => {
  const readCode = async (chainId: number, address: Address): Promise<CodeKind | null> => {
    const pool = pools.get(chainId);
    const codes = pool ? await readCodes(pool, [address]) : null;
    return codes?.[0] ?? null;
  };
  const all = chains.map(({ id }) => id);
  return async (address, on) => {
    const required =
      'chainId' in on
        ? [on.chainId]
        : networksFor(on, chains)
            .filter(({ id }) => on.acceptedChainIds?.includes(id) ?? true)
            .map(({ id }) => id);
    const found = new Map<number, CodeKind>();
    const reads: AddressReads = {
      isDeposit: async (address) => (await em.fork().count(CheckoutIntent, { depositAddress: address })) > 0,
      codeAt: async (chainId, address) => {
        const kind = await readCode(chainId, address);
        if (kind) found.set(chainId, kind);
        return kind;
      },
    };
    const checked = await payableAddress(
      address,
      { required, others: all.filter((id) => !required.includes(id)) },
      reads,
    );
    if (!('chainId' in on)) {
      for (const [chainId, kind] of found) await saveReceiverCodes(em, chainId, [{ address: checked, kind }]);
    }
    return checked;
  };
};
