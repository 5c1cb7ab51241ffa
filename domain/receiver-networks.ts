// On which networks a store's receiving address can keep money, from what each network has at the address. A network is offered to shoppers
// only when this was found out: a network that is enabled later is not, until the worker has read it (decision 0092).
import { type Chain, networkName } from './chains.ts';
import type { CodeKind } from './payable-address.ts';

/** By chain id; a network that was never read is missing. */
export type ReceiverCodes = Readonly<Record<number, CodeKind>>;

/** `unread`: not known yet. `no_code`: a contract wallet that does not exist there. `token`: a token's contract keeps what it is sent. */
export type ReceiverProblem = 'unread' | 'no_code' | 'token';

/** Null when the address can keep money on the network. The coins of local chains have no value, so those are not read. */
export const receiverProblem = (
  codes: ReceiverCodes,
  { id, local }: Pick<Chain, 'id' | 'local'>,
): ReceiverProblem | null => {
  if (local) return null;
  const kind = codes[id];
  if (kind === undefined) return 'unread';
  if (kind === 'token') return 'token';
  // As when it was saved (payable-address.ts): code on any network means a contract wallet, which has no key elsewhere.
  return kind === 'account' && Object.values(codes).includes('contract') ? 'no_code' : null;
};

/** For people, about one network. */
export const receiverProblemText = (problem: ReceiverProblem, chainId: number): string => {
  const network = networkName(chainId);
  switch (problem) {
    case 'unread':
      return `Not offered yet: whether the receiving address can keep money on ${network} is not known. It is read within a minute while ${network} responds.`;
    case 'no_code':
      return `Not offered: the receiving address is a contract wallet that does not exist on ${network}. Deploy it there, or save another address.`;
    case 'token':
      return `Not offered: the receiving address is a token’s contract on ${network}, which keeps what it is sent.`;
  }
};
