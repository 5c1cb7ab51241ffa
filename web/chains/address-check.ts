// The reads of the check "can this address keep money" (domain/payable-address.ts): the code at an address on every chain that is on,
// and whether it is an order's deposit address.
import { isRpcError } from '#chain/rpc-errors.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import type { Em } from '#db/orm.ts';
import type { Address } from '#domain/address.ts';
import { type Chain, networksFor } from '#domain/chains.ts';
import { DECIMALS_CALLDATA, decimalsFromResult } from '#domain/erc20.ts';
import { type AddressCheck, type AddressReads, type CodeKind, payableAddress } from '#domain/payable-address.ts';
import type { ChainPools } from './chain-pools.ts';

export interface AddressCheckDeps {
  /** Forked for each check. */
  em: Em;
  /** The enabled chains. */
  chains: readonly Chain[];
  pools: ChainPools;
}

export const createAddressCheck = ({ em, chains, pools }: AddressCheckDeps): AddressCheck => {
  const reads: AddressReads = {
    isDeposit: async (address) => (await em.fork().count(CheckoutIntent, { depositAddress: address })) > 0,
    codeAt: (chainId, address) => readCode(pools, chainId, address),
  };
  const all = chains.map(({ id }) => id);
  return (address, on) => {
    const required =
      'chainId' in on
        ? [on.chainId]
        : networksFor(on, chains)
            .filter(({ id }) => on.acceptedChainIds?.includes(id) ?? true)
            .map(({ id }) => id);
    return payableAddress(address, { required, others: all.filter((id) => !required.includes(id)) }, reads);
  };
};

/** EIP-7702: the code of an account that delegates to a contract, and keeps its key. */
const DELEGATION = /^0xef0100[0-9a-f]{40}$/i;

const readCode = async (pools: ChainPools, chainId: number, address: Address): Promise<CodeKind | null> => {
  const pool = pools.get(chainId);
  if (!pool) return null;
  const calls = [
    { method: 'eth_getCode', params: [address, 'latest'] },
    // Contract wallets have no decimals; tokens do.
    { method: 'eth_call', params: [{ to: address, data: DECIMALS_CALLDATA }, 'latest'] },
  ];
  const responses = await pool
    .use(async (provider) => {
      const [code, decimals] = await provider.batch(calls);
      if (isRpcError(code)) throw code;
      return { code, decimals };
    })
    .catch((error: unknown) => {
      if (isRpcError(error)) return null;
      throw error;
    });
  if (typeof responses?.code !== 'string' || !/^0x[0-9a-f]*$/i.test(responses.code)) return null;
  if (responses.code === '0x' || DELEGATION.test(responses.code)) return 'account';
  return decimalsFromResult(responses.decimals) === null ? 'contract' : 'token';
};
