// Finds the wallets of this browser: those that announce themselves (EIP-6963, by mipd), and one that only sets `window.ethereum`.
// mipd is loaded with the panel.
import type { Eip1193Provider, Wallet } from './eip1193.ts';

/** Id of the wallet behind `window.ethereum`. */
export const LEGACY_ID = 'window.ethereum';

/** Only data URLs may be shown as icons: any other URL could track the shopper. */
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
 * Reports the list now and whenever it grows. Announced wallets come first, in the order of their announcement;
 * `window.ethereum` is listed only when no announced wallet provides it.
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
