// The addresses of our contracts. They are the same on every chain, because a deterministic deployer creates them and their code
// depends on the sources only. A test compares these literals with the compiled sources.
import type { Address } from './address.ts';

/** github.com/Arachnid/deterministic-deployment-proxy: what it creates has the same address on every chain. */
export const DEPLOYER_ADDRESS: Address = '0x4e59b44847b379578588920cA78FbF26c0B4956C';

export const FACTORY_ADDRESS: Address = '0xbEf3bAF558C93CA8F06958C0675dC599c529bDAB';

/**
 * Test tokens of the local chains: USDT without a return value, USDC with one; 6 decimals on 31337, 18 on 31338. 31337 also has a
 * second USDT and a bridged USDC.
 */
export const LOCAL_TOKENS: Record<'usdt6' | 'usdc6' | 'usdt18' | 'usdc18' | 'usdt0' | 'usdce', Address> = {
  usdt6: '0x912dB4932418844f9649a8134b0C2C13A325d0d2',
  usdc6: '0x5AF9F95CBC9172a152941a15b122Fcc2AFA13Ba3',
  usdt18: '0x0329A6b5A3faAaa80E8ea8002b26d460E421C453',
  usdc18: '0x87cED5F9Eca8A6a2004bF0f01F49346563793281',
  usdt0: '0x19c3277b590711235d01EFA3b2632C4B395b7695',
  usdce: '0xb54CB5faEF86EB819689FAf3d8dDC5c662Bf6a57',
};
