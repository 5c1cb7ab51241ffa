// The accounts of the local chains: anvil's own, from the mnemonic that everybody knows. Worth nothing anywhere else.
import { HDNodeWallet, Mnemonic } from 'ethers';

const MNEMONIC = 'test test test test test test test test test test test junk';

/** Which of the funded accounts plays which part. */
const PARTS = { merchant: 7, feeReceiver: 8, relayer: 9 } as const;

export interface LocalAccount {
  /** In EIP-55 spelling. */
  address: string;
  privateKey: string;
}

export function localAccount(part: keyof typeof PARTS): LocalAccount {
  const { address, privateKey } = HDNodeWallet.fromMnemonic(
    Mnemonic.fromPhrase(MNEMONIC),
    `m/44'/60'/0'/0/${PARTS[part]}`,
  );
  return { address, privateKey };
}
