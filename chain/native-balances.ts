// What deposit addresses hold in a chain's native coin: one JSON-RPC batch for many addresses.
import type { Address } from '#domain/address.ts';
import { isRpcError, malformed } from './rpc-errors.ts';
import type { RpcPool } from './rpc-pool.ts';

/** Wei, in the order of the addresses. Throws RpcError. */
export const readNativeBalances = (pool: RpcPool, addresses: readonly Address[]): Promise<bigint[]> =>
  pool.use(async (provider) => {
    const calls = addresses.map((address) => ({ method: 'eth_getBalance', params: [address, 'latest'] }));
    return (await provider.batch(calls)).map((response) => {
      if (isRpcError(response)) throw response;
      if (typeof response !== 'string' || !/^0x[0-9a-f]+$/i.test(response))
        throw malformed(provider.name, 'eth_getBalance: not a quantity');
      return BigInt(response);
    });
  });
