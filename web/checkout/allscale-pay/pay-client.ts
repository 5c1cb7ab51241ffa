// The panel's requests to our server. They throw AccountError with the server's code, or TypeError when it is unreachable.
import type { Hex } from '#domain/address.ts';
import { getJson, postJson } from '#web/account/keys/account-client.ts';
import type { PayOption, PayState, ReviewedTransfer, TopUp } from '#web/account/server/account-types.ts';

export interface PayClient {
  read(): Promise<PayState>;
  /** The unsigned transfer of a row, to be shown and signed. */
  review(option: PayOption): Promise<ReviewedTransfer>;
  /** Sending the same raw transaction twice is one payment. */
  send(rawTx: string): Promise<{ txHash: Hex }>;
  /** What the wallet lacks for a row. */
  topUp(option: PayOption): Promise<TopUp>;
  /** Test coins on a local chain: development only. */
  fill(option: PayOption): Promise<unknown>;
}

/** Of a row: a token on its network. */
export const keyOf = ({ chainId, token }: PayOption): string => `${chainId}:${token}`;

export const payClient = (intentId: string): PayClient => {
  const path = `/checkout/${intentId}/allscale`;
  return {
    read: () => getJson<PayState>(path),
    review: ({ chainId, token }) => postJson<ReviewedTransfer>(path, { chainId, token }),
    send: (rawTx) => postJson<{ txHash: Hex }>(`${path}/send`, { rawTx }),
    topUp: ({ chainId, token }) => postJson<TopUp>(`${path}/top-up`, { chainId, token }),
    fill: ({ chainId, token }) => postJson(`${path}/fill`, { chainId, token }),
  };
};
