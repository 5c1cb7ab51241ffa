// A file for Safe's Transaction Builder: transactions that the owners of a Safe sign and send.
import { type Address, type Hex, keccak256 } from './address.ts';

export interface SafeCall {
  to: Address;
  data: Hex;
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Amounts are native coin: none of our calls moves any. @param createdAt epoch milliseconds */
export const safeBatchFile = (
  chainId: number,
  safe: Address,
  description: string,
  calls: readonly SafeCall[],
  createdAt: number,
): string => {
  const meta = {
    name: 'Refund',
    description,
    txBuilderVersion: '1.17.1',
    createdFromSafeAddress: safe,
    createdFromOwnerAddress: '',
  };
  const batch = {
    version: '1.0',
    chainId: String(chainId),
    createdAt,
    meta,
    transactions: calls.map(({ to, data }) => ({
      to,
      value: '0',
      data,
      contractMethod: null,
      contractInputsValues: null,
    })),
  };
  return JSON.stringify({ ...batch, meta: { ...meta, checksum: safeBatchChecksum(batch) } }, null, 2);
};

/**
 * `meta.checksum` of a batch, which the Transaction Builder compares when it reads the file and calls a difference an edited file. The
 * batch's name is not part of it, nor is the checksum itself.
 */
export const safeBatchChecksum = (
  batch: { readonly meta: { readonly [key: string]: Json } } & { readonly [key: string]: Json },
): Hex => {
  const { checksum: _, ...meta } = batch.meta;
  return keccak256(`0x${hexOf(serialized({ ...batch, meta: { ...meta, name: null } }))}`);
};

/** Safe's own form: an object is its sorted keys, then their values, each with a comma after it. */
const serialized = (value: Json): string => {
  if (isList(value)) return `[${value.map(serialized).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${JSON.stringify(entries.map(([key]) => key))}${entries.map(([, inner]) => `${serialized(inner)},`).join('')}}`;
};

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const hexOf = (text: string): string =>
  [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
