// Where our contracts stand: the same on every chain, because a deterministic deployer puts them there and their code
// depends on the sources only. A test compares these literals with what the sources compile to.
import type { Address } from './address.ts';

export const FACTORY_ADDRESS: Address = '0x00000000000000000000000000000000DeaDBeef';

/** Test tokens of the local chains: USDT without a return value, USDC with one; 6 decimals on 31337, 18 on 31338. */
export const LOCAL_TOKENS: Record<'usdt6' | 'usdc6' | 'usdt18' | 'usdc18', Address> = {
  usdt6: '0x00000000000000000000000000000000DeaDBeef',
  usdc6: '0x00000000000000000000000000000000DeaDBeef',
  usdt18: '0x00000000000000000000000000000000DeaDBeef',
  usdc18: '0x00000000000000000000000000000000DeaDBeef',
};
