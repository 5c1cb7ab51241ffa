// "Can this address keep money?": the one check of every address that money is sent to, or that a payment is bound to (decision 0063).
// What sends or binds money takes a `PayableAddress`, and only this file makes one.
import { type Address, toChecksumAddress, ZERO_ADDRESS } from './address.ts';
import { allChains, findChain, networkName } from './chains.ts';
import { DEPLOYER_ADDRESS, FACTORY_ADDRESS } from './contract-addresses.ts';
import { implementationAddress } from './deposit-address.ts';
import { UserError } from './errors.ts';

declare const PAYABLE: unique symbol;

/** An address that was checked: somebody can use what arrives there. */
export type PayableAddress = Address & { readonly [PAYABLE]: true };

/** What a chain has at an address. EIP-7702: the code of an account that delegates is `account`. */
export type CodeKind = 'account' | 'contract' | 'token';

/** What the check reads. */
export interface AddressReads {
  /** Whether it is the deposit address of an order. */
  isDeposit(address: Address): Promise<boolean>;
  /** Null when the chain does not respond. */
  codeAt(chainId: number, address: Address): Promise<CodeKind | null>;
}

export interface PayoutChains {
  /** Money is sent there: each must respond. */
  required: readonly number[];
  /** Read too, where they respond: a contract wallet on any of them must exist on all that are required. */
  others?: readonly number[];
}

/** The networks of a store; null accepts every one that is on. A test store takes test networks only. */
export interface AcceptedNetworks {
  acceptedChainIds?: readonly number[] | null | undefined;
  isTest: boolean;
}

/** The check with its reads: of a receiver on the networks of a store, or of a recipient on one chain. */
export type AddressCheck = (address: Address, on: AcceptedNetworks | { chainId: number }) => Promise<PayableAddress>;

/**
 * Throws UserError: `lost_burn`, `lost_system`, `lost_ours`, `lost_token`, `lost_known_key`, `lost_deposit`, `lost_no_code`, and
 * `unreachable` when a chain does not respond. Its `values` name the contract or the networks.
 */
export const payableAddress = async (
  address: Address,
  { required, others = [] }: PayoutChains,
  reads: AddressReads,
): Promise<PayableAddress> => {
  const checked = knownPayable(address, required);
  if (await reads.isDeposit(address))
    throw lost('deposit', 'This is the address of an order. It pays the order’s own receiver.');
  const all = [...new Set([...required, ...others])];
  const found = await Promise.all(
    all.map(async (chainId) => ({ chainId, code: await reads.codeAt(chainId, address) })),
  );
  const missing = found.filter(({ chainId, code }) => code === null && required.includes(chainId));
  if (missing.length > 0) throw unreachable(missing);
  const token = found.find(({ code }) => code === 'token');
  if (token) throw tokenIsLost(`a token on ${networkName(token.chainId)}`);
  if (!found.some(({ code }) => code === 'contract')) return checked;
  const without = found.filter(({ chainId, code }) => code === 'account' && required.includes(chainId));
  if (without.length > 0) throw noCode(without);
  return checked;
};

/** The part of the check that reads nothing. Alone it is enough only where no chain can be asked: at the start of a process. */
export const knownPayable = (address: Address, chainIds: readonly number[] = []): PayableAddress => {
  if (isBurned(address)) throw lost('burn', 'Nobody holds the key of this address: money sent to it is lost.');
  if (isSystem(address)) throw lost('system', 'This address belongs to the network itself: money sent to it is lost.');
  const ours = CONTRACTS.get(address);
  if (ours) throw lost('ours', `This is ${ours}: money sent to it is lost.`, { name: ours });
  const token = tokenNamed(address);
  if (token) throw tokenIsLost(token);
  if (DEVELOPMENT_KEYS.has(address) && chainIds.some((id) => findChain(id)?.local === false))
    throw lost('known_key', 'The key of this address is public, for development: anybody can take what arrives there.');
  return address as PayableAddress;
};

/** The deposit address of an order, from its terms: the contract pays on what it holds. */
export const payableDeposit = (address: Address): PayableAddress => address as PayableAddress;

const lost = (reason: string, message: string, values: Readonly<Record<string, string>> = {}): UserError =>
  new UserError(`lost_${reason}`, message, { values });

const tokenIsLost = (name: string): UserError =>
  lost('token', `This is the contract of ${name}: it keeps what is sent to it.`, { name });

const namesOf = (chains: readonly { chainId: number }[]): string =>
  chains.map(({ chainId }) => networkName(chainId)).join(', ');

const unreachable = (chains: readonly { chainId: number }[]): UserError => {
  const networks = namesOf(chains);
  return new UserError(
    'unreachable',
    `${networks}: no response, so the address could not be checked. Try again in a minute.`,
    {
      values: { networks },
    },
  );
};

const noCode = (chains: readonly { chainId: number }[]): UserError => {
  const networks = namesOf(chains);
  return lost('no_code', `This is a contract wallet that does not exist on ${networks}: money sent there is lost.`, {
    networks,
  });
};

/** Words that people write into addresses of which nobody has a key. */
const BURN_WORDS = /^0x(0*dead|dead0*|(dead)+|(dead){6,}[0-9a-f]{0,16}|dead0{16,}[0-9a-f]{0,20}|([0-9a-f])\4{39})$/;
const BURNED: ReadonlySet<string> = new Set(['0xdead000000000000000042069420694206942069']);

const isBurned = (address: Address): boolean => {
  const lower = address.toLowerCase();
  return address === ZERO_ADDRESS || BURNED.has(lower) || BURN_WORDS.test(lower);
};

/**
 * Precompiles and system contracts: 64 bits at the end of zeros, which no key and no CREATE2 search reaches, and the OP stack's
 * predeploys and code namespace.
 */
const SYSTEM = /^0x(0{24}[0-9a-f]{16}|420{34}[0-9a-f]{4}|c0d3(c0d3){7}[0-9a-f]{8})$/;
const isSystem = (address: Address): boolean => SYSTEM.test(address.toLowerCase());

/** Contracts that are on every chain and keep what they are sent. */
const CONTRACTS: ReadonlyMap<Address, string> = new Map([
  [FACTORY_ADDRESS, 'the contract of this checkout system'],
  [implementationAddress(FACTORY_ADDRESS), 'the contract of this checkout system'],
  [DEPLOYER_ADDRESS, 'the contract that deploys other contracts'],
  [toChecksumAddress('0xca11bde05977b3631167028862be2a173976ca11'), 'the contract Multicall3'],
  [toChecksumAddress('0x000000000022d473030f116ddee9f6b43ac78ba3'), 'the contract Permit2'],
]);

const tokenNamed = (address: Address): string | undefined => {
  for (const { name, tokens } of allChains()) {
    const token = tokens.find((one) => one.address === address);
    if (token) return `${token.name} on ${name}`;
  }
  return undefined;
};

/** The accounts of anvil and Hardhat: their recovery phrase is in every manual. */
const DEVELOPMENT_KEYS: ReadonlySet<Address> = new Set(
  [
    ...['f39fd6e51aad88f6f4ce6ab8827279cfffb92266', '70997970c51812dc3a010c7d01b50e0d17dc79c8'],
    ...['3c44cdddb6a900fa2b585dd299e03d12fa4293bc', '90f79bf6eb2c4f870365e785982e1f101e93b906'],
    ...['15d34aaf54267db7d7c367839aaf71a00a2c6a65', '9965507d1a55bcc2695c58ba16fb37d819b0a4dc'],
    ...['976ea74026e726554db657fa54763abd0c3a0aa9', '14dc79964da2c08b23698b3d3cc7ca32193d9955'],
    ...['23618e81e3f5cdf7f54c3d65f7fbc0abf5b21e8f', 'a0ee7a142d267c1f36714e4a8f75612f20a79720'],
  ].map((digits) => toChecksumAddress(`0x${digits}`)),
);
