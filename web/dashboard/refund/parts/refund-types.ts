// What the refund page's parts share.

/** How the page reaches wallets. */
export interface WalletAccess {
  /** Null: WalletConnect is not offered. */
  walletConnectProjectId: string | null;
  /** Announces the development wallet; null outside development. */
  script: string | null;
}
