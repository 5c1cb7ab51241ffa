// The file for Safe's Transaction Builder: its whole form, and its checksum against one that Safe's own builder wrote.
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Address } from '#domain/address.ts';
import { transferCalldata } from '#domain/erc20.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { safeBatchChecksum, safeBatchFile } from '#domain/safe-batch.ts';

/** Exported by Transaction Builder 1.18.2, from the format analysis in 5afe/safe-cli-nodejs. */
const EXPORTED = {
  version: '1.0',
  chainId: '1',
  createdAt: 1761326849944,
  meta: {
    name: 'Transactions Batch',
    description: '',
    txBuilderVersion: '1.18.2',
    createdFromSafeAddress: '0xA77DE01e157f9f57C7c4A326eeE9C4874D0598b6',
    createdFromOwnerAddress: '',
    checksum: '0x8b5032f716845c8b08bab3d63dbd9ba92e056f3557793cd041e59b84e16aa989',
  },
  transactions: [
    {
      to: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
      value: '0',
      data: null,
      contractMethod: {
        inputs: [
          { internalType: 'address', name: 'spender', type: 'address' },
          { internalType: 'uint256', name: 'value', type: 'uint256' },
        ],
        name: 'approve',
        payable: false,
      },
      contractInputsValues: {
        spender: '0x474e5Ded6b5D078163BFB8F6dBa355C3aA5478C8',
        value: '100000000000',
      },
    },
  ],
};

test('the checksum is the one that the Transaction Builder writes; the name is not part of it, everything else is', () => {
  const { checksum } = EXPORTED.meta;
  expect(safeBatchChecksum(EXPORTED)).toBe(checksum);
  expect(safeBatchChecksum({ ...EXPORTED, meta: { ...EXPORTED.meta, name: 'Renamed' } })).toBe(checksum);
  const [call] = EXPORTED.transactions;
  for (const changed of [
    { ...EXPORTED, chainId: '10' },
    { ...EXPORTED, createdAt: 1761326849945 },
    { ...EXPORTED, meta: { ...EXPORTED.meta, description: 'é' } },
    { ...EXPORTED, transactions: [{ ...call, value: '1' }] },
    { ...EXPORTED, transactions: [] },
  ])
    expect(safeBatchChecksum(changed as typeof EXPORTED)).not.toBe(checksum);
});

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);

/** BatchFile of the transaction builder's own types, with no further members. */
const batchFile = z.strictObject({
  version: z.literal('1.0'),
  chainId: z.string().regex(/^[1-9]\d*$/),
  createdAt: z.number().int().positive(),
  meta: z.strictObject({
    name: z.string().min(1),
    description: z.string(),
    txBuilderVersion: z.string().regex(/^\d+\.\d+\.\d+$/),
    createdFromSafeAddress: address,
    createdFromOwnerAddress: z.literal(''),
    checksum: z.string().regex(/^0x[0-9a-f]{64}$/),
  }),
  transactions: z
    .array(
      z.strictObject({
        to: address,
        value: z.literal('0'),
        data: z.string().regex(/^0x([0-9a-f]{2})+$/),
        contractMethod: z.null(),
        contractInputsValues: z.null(),
      }),
    )
    .min(1),
});

test('a refund is a file of that form, whose checksum is of the file as it is read back', () => {
  const safe: Address = '0xA77DE01e157f9f57C7c4A326eeE9C4874D0598b6';
  const token: Address = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
  const data = transferCalldata('0x474e5Ded6b5D078163BFB8F6dBa355C3aA5478C8', baseUnitsOf(5_000_000n));
  const file = batchFile.parse(
    JSON.parse(safeBatchFile(8453, safe, 'Refund 7', [{ to: token, data }], 1_790_000_000_000)),
  );
  expect(file).toMatchObject({ chainId: '8453', createdAt: 1_790_000_000_000 });
  expect(file.meta).toMatchObject({ name: 'Refund', description: 'Refund 7', createdFromSafeAddress: safe });
  expect(file.transactions).toEqual([
    { to: token, value: '0', data, contractMethod: null, contractInputsValues: null },
  ]);
  expect(file.meta.checksum).toBe(safeBatchChecksum(file));
});
