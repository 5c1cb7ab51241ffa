// Classifies wallet errors by their codes (EIP-1193, EIP-1474, EIP-3085), at any depth of the error. Messages of wallets are never
// matched or shown: they differ by maker, version and language.

export type WalletFailure =
  | 'dismissed'
  /** The wallet has an open request already. */
  | 'pending'
  | 'unauthorized'
  | 'unsupported'
  | 'disconnected'
  | 'unknownChain'
  /** The wallet rejected the request before anything was signed. */
  | 'invalid'
  | 'unknown';

const FAILURES: ReadonlyMap<unknown, WalletFailure> = new Map<unknown, WalletFailure>([
  [4001, 'dismissed'],
  // The code of ethers, which some wallets pass on, and WalletConnect's.
  ['ACTION_REJECTED', 'dismissed'],
  [5000, 'dismissed'],
  [-32002, 'pending'],
  [4100, 'unauthorized'],
  [4200, 'unsupported'],
  [-32601, 'unsupported'],
  [4900, 'disconnected'],
  [4901, 'disconnected'],
  [4902, 'unknownChain'],
  [-32602, 'invalid'],
  [-32600, 'invalid'],
]);

/** Where wallets nest the original error. */
const NESTS = ['data', 'originalError', 'cause', 'error'] as const;
const MAX_DEPTH = 5;

/** Every code in an error, the outermost first. */
export const codesOf = (error: unknown, depth = 0): (number | string)[] => {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return [];
  const entry = error as Record<string, unknown>;
  const { code } = entry;
  const own = typeof code === 'number' || typeof code === 'string' ? [code] : [];
  return [...own, ...NESTS.flatMap((name) => codesOf(entry[name], depth + 1))];
};

export const failureOf = (error: unknown): WalletFailure =>
  codesOf(error)
    .map((code) => FAILURES.get(code))
    .find((failure) => failure !== undefined) ?? 'unknown';

const INTERNAL = -32603;

/** Whether adding the chain may help after a failed switch: it is unknown, or the wallet says only "internal error". */
export const mayLackChain = (error: unknown): boolean => {
  const failure = failureOf(error);
  return failure === 'unknownChain' || (failure === 'unknown' && codesOf(error).includes(INTERNAL));
};

/** Whether a failed `eth_sendTransaction` may have sent. The other failures rule it out. */
export const mayHaveSent = (failure: WalletFailure): boolean => failure === 'unknown' || failure === 'disconnected';
