// A file for Safe's Transaction Builder: transactions that the owners of a Safe sign and send.
import type { Address, Hex } from './address.ts';

export interface SafeCall {
  to: Address;
  data: Hex;
}

/** Amounts are native coin: none of our calls moves any. @param createdAt epoch milliseconds */
export const safeBatchFile = (
  chainId: number,
  safe: Address,
  description: string,
  calls: readonly SafeCall[],
  createdAt: number,
): string =>
  JSON.stringify(
    {
      version: '1.0',
      chainId: String(chainId),
      createdAt,
      meta: {
        name: 'Refund',
        description,
        txBuilderVersion: '1.17.1',
        createdFromSafeAddress: safe,
        createdFromOwnerAddress: '',
      },
      transactions: calls.map(({ to, data }) => ({
        to,
        value: '0',
        data,
        contractMethod: null,
        contractInputsValues: null,
      })),
    },
    null,
    2,
  );
