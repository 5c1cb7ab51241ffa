// Prepares the release of stray money for the order's page. The page's URL holds the order, so that a reload changes nothing that is
// being signed.
import { newReleaseNonce } from '#db/refunds/release-nonce.ts';
import type { StrayRow } from '#db/stray-money/stray-list.ts';
import { typedAddress } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import { formatDecimal } from '#domain/money.ts';
import type { AddressCheck, PayableAddress } from '#domain/payable-address.ts';
import { parseSignature, splitOf, transactionOf, typedDataOf } from '#domain/stray-release.ts';
import type { WalletNetwork } from '#web/checkout/server/wallet-types.ts';
import { STRAY_ORDER_SECONDS } from '../../refund/server/stray-orders.ts';
import type { StrayRelease } from './orders-types.ts';

/** The parameters that a new order adds to the URL: its nonce, and its deadline in a day. */
export const newOrderParameters = (): Record<'nonce' | 'deadline', string> => ({
  nonce: String(newReleaseNonce()),
  deadline: String(Math.floor(Date.now() / 1000) + STRAY_ORDER_SECONDS),
});

const NUMBER = /^\d{1,20}$/;

const recipientOf = async (
  checkAddress: AddressCheck,
  { chainId }: StrayRow,
  typed: string,
): Promise<PayableAddress | UserError> => {
  try {
    return await checkAddress(typedAddress(typed), { chainId });
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
};

/** The order that the URL's parameters describe. */
export const strayRelease = async (
  checkAddress: AddressCheck,
  row: StrayRow,
  network: WalletNetwork | null,
  parameters: URLSearchParams,
): Promise<StrayRelease> => {
  const read = (name: string): string => parameters.get(name)?.trim() ?? '';
  const [nonce, deadline, given] = [read('nonce'), read('deadline'), read('signature')];
  const empty = {
    strayId: row.id,
    typedTo: read('to'),
    receiver: row.receiver,
    network,
    order: null,
    transaction: null,
  };
  const to = await recipientOf(checkAddress, row, read('to'));
  if (to instanceof UserError) return { ...empty, problem: { field: 'to', message: to.message } };
  if (!NUMBER.test(nonce) || !NUMBER.test(deadline)) return { ...empty, problem: null };
  const order = {
    token: row.token,
    to,
    amountBaseUnits: row.amountBaseUnits,
    nonce: BigInt(nonce),
    deadline: BigInt(deadline),
  };
  const { feeBaseUnits, netBaseUnits } = splitOf(row, order);
  const shown = (baseUnits: bigint): string => formatDecimal(baseUnits, row.decimals ?? 0, 0);
  const signature = parseSignature(given);
  return {
    ...empty,
    problem: given !== '' && !signature ? { field: 'signature', message: 'This is not a signature.' } : null,
    order: {
      nonce,
      deadline,
      until: new Date(Number(deadline) * 1000).toISOString(),
      fee: shown(feeBaseUnits),
      net: shown(netBaseUnits),
      typedData: JSON.stringify(typedDataOf(row, order)),
    },
    transaction: signature ? JSON.stringify(transactionOf(row, order, signature)) : null,
  };
};
