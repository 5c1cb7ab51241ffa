// A wallet over WalletConnect as an EIP-1193 provider. The library (a third of a megabyte) is loaded when the shopper chooses it.
// It opens a socket to WalletConnect's relay, which carries the wallet's responses only.
import type { QrCode } from '../server/view-types.ts';
import type { Eip1193Provider, Wallet } from './eip1193.ts';

export interface PairingOptions {
  projectId: string;
  storeName: string;
  /** Chains that the wallet may offer; it need not have all of them. */
  chainIds: readonly number[];
  preferredChainId: number;
  /** The wallet signs release orders too. */
  signsOrders?: boolean;
  /** The code to scan, and its link. */
  onCode(code: QrCode): void;
  signal: AbortSignal;
}

const METHODS = ['eth_sendTransaction', 'wallet_switchEthereumChain', 'wallet_addEthereumChain'];
const EVENTS = ['accountsChanged', 'chainChanged'];
const CONNECTION_LOST = { code: 4900, message: 'The WalletConnect session has ended' };

type Provider = Awaited<ReturnType<typeof import('@walletconnect/universal-provider')['UniversalProvider']['init']>>;

/** One for a page: of two clients of the library on one page, each ends the sessions of the other. */
let opened: Promise<Provider> | undefined;
const openProvider = (projectId: string, storeName: string): Promise<Provider> => {
  opened ??= import('@walletconnect/universal-provider')
    .then(({ UniversalProvider }) =>
      UniversalProvider.init({
        projectId,
        logger: 'silent',
        metadata: { name: storeName, description: document.title, url: location.origin, icons: [] },
      }),
    )
    .catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
  return opened;
};

/** Resolves when a wallet has approved. Rejects when it rejected, the relay is unreachable, or the signal was aborted. */
export const pairWallet = async (options: PairingOptions): Promise<Wallet> => {
  const { projectId, storeName, chainIds, preferredChainId, onCode, signal, signsOrders } = options;
  const [provider, { qrCode }] = await Promise.all([openProvider(projectId, storeName), import('#web/ui/qr-code.ts')]);
  signal.throwIfAborted();
  const showCode = (uri: string): void => {
    if (!signal.aborted) onCode(qrCode(uri));
  };
  provider.on('display_uri', showCode);
  const caip = (chainId: number): string => `eip155:${chainId}`;
  const session = await provider
    .connect({
      optionalNamespaces: {
        eip155: {
          chains: chainIds.map(caip),
          methods: signsOrders ? [...METHODS, 'eth_signTypedData_v4'] : METHODS,
          events: EVENTS,
          rpcMap: {},
        },
      },
    })
    .finally(() => provider.off('display_uri', showCode));
  signal.throwIfAborted();
  if (!session) throw CONNECTION_LOST;

  // `eip155:<chain>:<address>`, one for each chain that the wallet approved.
  const approved = (session.namespaces.eip155?.accounts ?? []).map((entry) => entry.split(':'));
  const chains = approved.map(([, chainId]) => Number(chainId));
  let chainId = chains.includes(preferredChainId) ? preferredChainId : (chains[0] ?? preferredChainId);
  let account = approved.find(([, id]) => Number(id) === chainId)?.[2];

  const eip1193: Eip1193Provider = {
    async request({ method, params }) {
      // Another wallet may have been paired since.
      if (provider.session?.topic !== session.topic) throw CONNECTION_LOST;
      switch (method) {
        case 'eth_requestAccounts':
        case 'eth_accounts':
          return account ? [account] : [];
        case 'eth_chainId':
          return `0x${chainId.toString(16)}`;
        case 'wallet_switchEthereumChain': {
          const wanted = Number((params?.[0] as { chainId?: string } | undefined)?.chainId);
          // Each request of a session names its chain, so an approved chain needs no request.
          if (!chains.includes(wanted)) {
            await provider.request({ method, params: [...(params ?? [])] }, caip(chainId));
            chains.push(wanted);
          }
          chainId = wanted;
          account = approved.find(([, id]) => Number(id) === wanted)?.[2] ?? account;
          return null;
        }
        default:
          return await provider.request({ method, params: [...(params ?? [])] }, caip(chainId));
      }
    },
    on: (event, listener) =>
      event === 'accountsChanged' ? provider.on('session_delete', () => listener([])) : undefined,
  };
  const { name } = session.peer.metadata;
  return {
    id: `walletconnect:${session.topic}`,
    name: name.slice(0, 40) || 'WalletConnect',
    icon: null,
    provider: eip1193,
  };
};
