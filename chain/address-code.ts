// What a chain has at addresses: an account, a contract or a token.
import type { Address } from '#domain/address.ts';
import { DECIMALS_CALLDATA, decimalsFromResult } from '#domain/erc20.ts';
import type { CodeKind } from '#domain/payable-address.ts';
import { isRpcError } from './rpc-errors.ts';
import type { RpcPool } from './rpc-pool.ts';

/** EIP-7702: the code of an account that delegates to a contract, and keeps its key. */
const DELEGATION = /^0xef0100[0-9a-f]{40}$/i;

/** In the order of the addresses, null where the response makes no sense; null altogether when the chain does not respond. */
export const readCodes = async (pool: RpcPool, addresses: readonly Address[]): Promise<(CodeKind | null)[] | null> => {
  const calls = addresses.flatMap((address) => [
    { method: 'eth_getCode', params: [address, 'latest'] },
    // Contract wallets have no decimals; tokens do.
    { method: 'eth_call', params: [{ to: address, data: DECIMALS_CALLDATA }, 'latest'] },
  ]);
  try {
    return await pool.use(async (provider) => {
      const responses = await provider.batch(calls);
      return addresses.map((_, index) => {
        const [code, decimals] = responses.slice(2 * index);
        if (isRpcError(code)) throw code;
        return kindOf(code, decimals);
      });
    });
  } catch (error) {
    if (isRpcError(error)) return null;
    throw error;
  }
};

const kindOf = (code: unknown, decimals: unknown): CodeKind | null => {
  if (typeof code !== 'string' || !/^0x[0-9a-f]*$/i.test(code)) return null;
  if (code === '0x' || DELEGATION.test(code)) return 'account';
  return decimalsFromResult(decimals as Parameters<typeof decimalsFromResult>[0]) === null ? 'contract' : 'token';
};
