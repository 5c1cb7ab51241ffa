// Where the development wallet's script is served, apart from what serves it: this much a production process may know.
export const DEVELOPMENT_WALLET_SCRIPT = '/development-wallet/wallet.js';
