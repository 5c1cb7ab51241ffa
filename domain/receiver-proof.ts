// Proof that the merchant holds the receiving address: EIP-712 typed data that the wallet shows and signs. It moves no money and
// grants no right; it only catches an address that was typed or pasted wrong.
import type { Address } from './address.ts';

/** How old a signature may be when it is received. */
export const PROOF_MINUTES = 15;

export interface ReceiverClaim {
  storeId: string;
  receiver: Address;
  /** ISO-8601. */
  signedAt: string;
}

export const RECEIVER_PROOF_DOMAIN = { name: 'AllScale Checkout', version: '1' } as const;

export const RECEIVER_PROOF_FIELDS = [
  { name: 'statement', type: 'string' },
  { name: 'store', type: 'string' },
  { name: 'receiver', type: 'address' },
  { name: 'signedAt', type: 'string' },
] as const;

export const receiverProofMessage = ({ storeId, receiver, signedAt }: ReceiverClaim) => ({
  statement: 'I hold this address and want the payments of this store to be settled to it.',
  store: storeId,
  receiver,
  signedAt,
});

/** What `eth_signTypedData_v4` takes. No chain id: the address is one and the same on every network. */
export const receiverProofTypedData = (claim: ReceiverClaim) => ({
  types: {
    EIP712Domain: [
      { name: 'name', type: 'string' },
      { name: 'version', type: 'string' },
    ],
    ReceiverProof: [...RECEIVER_PROOF_FIELDS],
  },
  primaryType: 'ReceiverProof' as const,
  domain: RECEIVER_PROOF_DOMAIN,
  message: receiverProofMessage(claim),
});
