// The wallet as a page sees it (EIP-1193, EIP-6963): requests, three events, a name and an icon.

export interface Eip1193Provider {
  request(call: { method: string; params?: readonly unknown[] }): Promise<unknown>;
  /** Some wallets of phones have no events. */
  on?(event: string, listener: (value: unknown) => void): unknown;
  removeListener?(event: string, listener: (value: unknown) => void): unknown;
}

/** What a list shows of a wallet. */
export interface WalletFace {
  /** Stable for one visit: the announced uuid, or our own name for it. */
  id: string;
  name: string;
  /** For `<img>` only: it comes from an extension, and must never be put into the page as markup. */
  icon: string | null;
}

export interface Wallet extends WalletFace {
  provider: Eip1193Provider;
}

/** Accounts as wallets answer: the first well-formed one, lower case; null when there is none. */
export const firstAccount = (response: unknown): string | null => {
  const first: unknown = Array.isArray(response) ? response[0] : null;
  return typeof first === 'string' && /^0x[0-9a-fA-F]{40}$/.test(first) ? first.toLowerCase() : null;
};

/** A chain id as wallets spell it (hex, by some a number or a decimal string); null when it is none. */
export const chainIdOf = (response: unknown): number | null => {
  const id = typeof response === 'string' || typeof response === 'number' ? Number(response) : Number.NaN;
  return Number.isSafeInteger(id) && id > 0 ? id : null;
};
