// The path of the development wallet's script, in a file of its own: production code may import it, but not the plugin.
export const DEVELOPMENT_WALLET_SCRIPT = '/development-wallet/wallet.js';
