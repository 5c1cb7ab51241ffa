import { useEffect, useState } from 'react';
import { discoverWallets } from './discovery.ts';
import type { Wallet } from './eip1193.ts';

/**
 * The wallets of this browser, as `discoverWallets` reports them; null until they are known.
 * @param legacyName name of a wallet that only sets `window.ethereum`
 */
export const useWallets = (legacyName: string): readonly Wallet[] | null => {
  const [wallets, setWallets] = useState<readonly Wallet[] | null>(null);
  useEffect(() => {
    let left = false;
    let stop = (): void => {};
    const report = (found: readonly Wallet[]): void => {
      if (!left) setWallets(found);
    };
    discoverWallets(legacyName, report).then(
      (end) => {
        stop = end;
        if (left) end();
      },
      // The search could not be loaded.
      () => report([]),
    );
    return () => {
      left = true;
      stop();
    };
  }, [legacyName]);
  return wallets;
};
