// A wallet as pages use it (EIP-1193, EIP-6963): requests, events, a name and an icon.

export interface Eip1193Provider {
  request(call: { method: string; params?: readonly unknown[] }): Promise<unknown>;
  /** Some mobile wallets have no events. */
  on?(event: string, listener: (value: unknown) => void): unknown;
  removeListener?(event: string, listener: (value: unknown) => void): unknown;
}

/** What a list shows for a wallet. */
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

/** The first well-formed account of a wallet's response, in lower case; null when there is none. */
export const firstAccount = (response: unknown): string | null => {
  const first: unknown = Array.isArray(response) ? response[0] : null;
  return typeof first === 'string' && /^0x[0-9a-fA-F]{40}$/.test(first) ? first.toLowerCase() : null;
};

/** A chain id of a wallet's response (hex; some return a number or a decimal string); null for anything else. */
export const chainIdOf = (response: unknown): number | null => {
  const id = typeof response === 'string' || typeof response === 'number' ? Number(response) : Number.NaN;
  return Number.isSafeInteger(id) && id > 0 ? id : null;
};
