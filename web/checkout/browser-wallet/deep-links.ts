// Links that open this checkout inside the browser of a wallet app, where the wallet is present as `window.ethereum`.
// Of use on phones only; formats as MetaMask and Trust Wallet document them.

export interface DeepLink {
  name: string;
  url: string;
}

/** iPads call themselves Macintosh; a Macintosh has no touch screen. */
export const isPhone = (userAgent: string, maxTouchPoints: number): boolean =>
  /android|iphone|ipad|ipod/i.test(userAgent) || (/macintosh/i.test(userAgent) && maxTouchPoints > 1);

/** @param pageUrl the whole address of the checkout, with the choice of method, coin and network */
export const deepLinks = (pageUrl: string): DeepLink[] => [
  { name: 'MetaMask', url: `https://metamask.app.link/dapp/${pageUrl.replace(/^https?:\/\//, '')}` },
  // 60 is Ethereum in SLIP-44: every EVM chain.
  {
    name: 'Trust Wallet',
    url: `https://link.trustwallet.com/open_url?coin_id=60&url=${encodeURIComponent(pageUrl)}`,
  },
];
