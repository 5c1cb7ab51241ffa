// The accounts of the local chains: anvil's, from its public mnemonic. They hold nothing on other chains.
import { HDNodeWallet, Mnemonic } from 'ethers';

const MNEMONIC = 'test test test test test test test test test test test junk';

/** The use of each funded account. */
const PARTS = { merchant: 7, feeReceiver: 8, relayer: 9 } as const;

export interface LocalAccount {
  /** With EIP-55 checksum. */
  address: string;
  privateKey: string;
}

export function localAccount(part: keyof typeof PARTS): LocalAccount {
  return localAccountAt(PARTS[part]);
}

export function localAccountAt(index: number): LocalAccount {
  const { address, privateKey } = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(MNEMONIC), `m/44'/60'/0'/0/${index}`);
  return { address, privateKey };
}
