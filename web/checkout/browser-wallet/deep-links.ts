// Links that open this checkout inside the browser of a wallet app, where the wallet is present as `window.ethereum`.
// For phones only. Formats as MetaMask and Trust Wallet document them.

export interface DeepLink {
  name: string;
  url: string;
}

/** iPads report themselves as Macintosh, but a Macintosh has no touch screen. */
export const isPhone = (userAgent: string, maxTouchPoints: number): boolean =>
  /android|iphone|ipad|ipod/i.test(userAgent) || (/macintosh/i.test(userAgent) && maxTouchPoints > 1);

/** @param pageUrl the whole URL of the checkout, with the choice of method, coin and network */
export const deepLinks = (pageUrl: string): DeepLink[] => [
  { name: 'MetaMask', url: `https://metamask.app.link/dapp/${pageUrl.replace(/^https?:\/\//, '')}` },
  // 60 is Ethereum in SLIP-44: every EVM chain.
  {
    name: 'Trust Wallet',
    url: `https://link.trustwallet.com/open_url?coin_id=60&url=${encodeURIComponent(pageUrl)}`,
  },
];
