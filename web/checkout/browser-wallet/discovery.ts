// Which wallets this browser has: those that announce themselves (EIP-6963, by mipd), and an old one that only puts itself
// into `window.ethereum`. mipd is loaded with the wallet method, not with the page.
import type { Eip1193Provider, Wallet } from './eip1193.ts';

/** Id of the wallet behind `window.ethereum`. */
export const LEGACY_ID = 'window.ethereum';

/** What a list may show as the icon of a wallet: an image in place. Anything else could call home, or worse. */
const safeIcon = (icon: unknown): string | null =>
  typeof icon === 'string' && /^data:image\/[a-z+.-]+[;,]/i.test(icon.trim()) ? icon.trim() : null;

const nameOf = (name: unknown): string => (typeof name === 'string' ? name.trim().slice(0, 40) : '') || '?';

const isProvider = (value: unknown): value is Eip1193Provider =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Eip1193Provider>).request === 'function';

const legacyProvider = (): Eip1193Provider | null => {
  const { ethereum } = window as { ethereum?: unknown };
  return isProvider(ethereum) ? ethereum : null;
};

/**
 * Tells the list now and whenever it grows. The announced ones come first and in the order of their announcement;
 * `window.ethereum` is listed only when no announced wallet stands behind it.
 */
export const discoverWallets = async (
  legacyName: string,
  onWallets: (wallets: readonly Wallet[]) => void,
): Promise<() => void> => {
  const { createStore } = await import('mipd');
  const store = createStore();
  const report = (): void => {
    const announced = store.getProviders().flatMap(({ info, provider }): Wallet[] => {
      const { uuid, name, icon } = info;
      return isProvider(provider) ? [{ id: uuid, name: nameOf(name), icon: safeIcon(icon), provider }] : [];
    });
    const legacy = legacyProvider();
    const isAnnounced = announced.length > 0 || legacy === null;
    onWallets(isAnnounced ? announced : [{ id: LEGACY_ID, name: legacyName, icon: null, provider: legacy }]);
  };
  store.subscribe(report);
  report();
  return () => store.destroy();
};

/** Loads a script that announces a wallet: the development wallet. */
export const loadWalletScript = (url: string): void => {
  if (document.querySelector(`script[src="${url}"]`)) return;
  const script = document.createElement('script');
  script.src = url;
  document.head.append(script);
};
