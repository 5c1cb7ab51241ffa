// A network as data: the form of the built-in table and of CHAINS_FILE (decision 0087), and the one check that makes a `Chain` of it.
// A browser gets entries in this form too, so nothing here trusts the types of what it reads.
import { type Address, parseAddress } from './address.ts';
import { COIN_IDS, type CoinId, coinSymbol } from './coins.ts';
import { type ConfirmationRule, TWO_PROVIDERS_FROM } from './confirmations.ts';
import { DEPLOYER_ADDRESS, FACTORY_ADDRESS } from './contract-addresses.ts';
import { type Cents, centsOf, multiply, parseDecimal, parseUnits, type Units, type Wei, weiOf } from './money.ts';

export interface Token {
  coin: CoinId;
  address: Address;
  decimals: number;
  /** As people call it: the coin's symbol, or the name that tells it from the chain's primary token ("USDT0", "USDC.e"). */
  name: string;
  /** Bridged by others than its issuer: counts only for stores that accept such tokens. */
  isBridged: boolean;
}

export interface Chain {
  id: number;
  name: string;
  /** Short network mark for tight places. */
  mark: string;
  nativeSymbol: string;
  /**
   * What one native coin is worth in US cents, for "about 0.02 USD" beside a gas fee. Rounded by hand in November 2026; no payment is
   * priced with it.
   */
  nativeUsdCents: Cents;
  /** Endpoint that a browser wallet may add with the chain (EIP-3085); ours carry keys. Null on local chains. */
  publicRpcUrl: string | null;
  /** Transaction page prefix of the explorer, or null where there is none (local chains). */
  explorerTxUrl: string | null;
  /** Typical seconds between blocks; for "about n seconds" on pages and for polling, never for money. */
  blockSeconds: number;
  confirmation: ConfirmationRule;
  /** Payments of orders from this price on are confirmed by two providers, where there are two (decision 0112); smaller ones by one. */
  twoProvidersFrom: Units;
  /** The relayer pays no more for a unit of gas, in wei: several times what the chain costs in its busiest hours. */
  gasPriceCap: Wei;
  /** Within how many minutes a settlement is promised: small ones may wait that long for company or cheaper gas. 0: at once. */
  settleWithinMinutes: number;
  /** Gas of a token transfer when the node gives no estimate; above what USDT and USDC take. */
  transferGas: bigint;
  /** Whether transactions also pay for their bytes on Ethereum, as the OP stack's gas price oracle says. */
  isOpStack: boolean;
  /** Of several tokens of a coin, the first is the primary: QR codes, wallets and documents name that one. All are watched. */
  tokens: readonly Token[];
  /** Coins have no value there: for test stores alone. */
  isTest: boolean;
  /** A test network of our own nodes: faucets, development wallet, simulated payments, resets. */
  local: boolean;
}

export interface TokenEntry {
  coin: string;
  /** In EIP-55 spelling. */
  address: string;
  decimals: number;
  /** As people call it, where that is not the coin's symbol: "USDT0", "USDC.e". */
  name?: string | undefined;
  isBridged?: boolean | undefined;
}

/** Up to this amount (a decimal in coins; none: any amount), this many blocks or this tag. */
export interface TierEntry {
  upTo?: string | undefined;
  blocks?: number | undefined;
  tag?: string | undefined;
}

export interface ChainEntry {
  id: number;
  name: string;
  /** Short network mark for tight places. */
  mark: string;
  isTest?: boolean | undefined;
  /** An anvil of our own. Only the built-in table has some. */
  local?: boolean | undefined;
  native: {
    symbol: string;
    /** What one coin is worth in US dollars, rounded by hand; for "about 0.02 USD" beside a gas fee. "0" on test networks. */
    usd: string;
  };
  publicRpcUrl?: string | null | undefined;
  explorerTxUrl?: string | null | undefined;
  blockSeconds: number;
  confirmation: readonly TierEntry[];
  /** A decimal in coins; "0": every payment. None: "100". */
  twoProvidersFrom?: string | undefined;
  gasPriceCapGwei: number;
  /** 0 to 1440; none: 60, and 0 on test networks. */
  settleWithinMinutes?: number | undefined;
  transferGas?: number | undefined;
  isOpStack?: boolean | undefined;
  tokens: readonly TokenEntry[];
  /** Stated to be compared: both are the same on every network. */
  factory?: string | undefined;
  deployer?: string | undefined;
}

/** Members that an operator sets for a network, by chain id: those that only servers go by. */
export type ChainSettings = ReadonlyMap<
  number,
  Partial<Pick<ChainEntry, 'settleWithinMinutes' | 'gasPriceCapGwei' | 'confirmation' | 'twoProvidersFrom'>>
>;

/** What is wrong with an entry. `field` is its path within the entry: `tokens[1].decimals`. */
export class ChainEntryError extends Error {
  override name = 'ChainEntryError';
  readonly field: string;
  readonly reason: string;

  constructor(field: string, reason: string) {
    super(`${field}: ${reason}`);
    this.field = field;
    this.reason = reason;
  }
}

/** Columns of the database are 32-bit. */
const MAX_CHAIN_ID = 2 ** 31 - 1;
/** Above what USDT and USDC take. */
const TRANSFER_GAS = 100_000;
const MAX_GAS_PRICE_GWEI = 10_000;
const SETTLE_WITHIN_MINUTES = 60;
const MAX_SETTLE_WITHIN_MINUTES = 1_440;
/** The most that one approved transfer may cost in US cents: AllScale Pay signs up to twice the cap (web/account/keys/transfer-facts.ts). */
const MAX_FEE_CENTS = 150_00n;

const need: (condition: boolean, field: string, reason: string) => asserts condition = (condition, field, reason) => {
  if (!condition) throw new ChainEntryError(field, reason);
};

const isText = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);
const isWhole = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most;
const isFlag = (value: unknown): value is boolean | undefined => value === undefined || typeof value === 'boolean';

/** An address in EIP-55 spelling. The error does not show the right spelling: it would be copied, typing error and all. */
const addressOf = (value: unknown, field: string): Address => {
  need(isText(value, /^0x[0-9a-fA-F]{40}$/), field, 'is no address: 0x and 40 hex digits are needed');
  need(parseAddress(value) === value, field, 'is not in EIP-55 spelling: copy it from the explorer');
  return value as Address;
};

/** An address that browsers open: https, without a password, a query or a fragment. */
const publicUrl = (value: unknown, field: string): string | null => {
  if (value === undefined || value === null) return null;
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  const isPlain = url?.protocol === 'https:' && !url.username && !url.password && !url.search && !url.hash;
  need(Boolean(isPlain), field, 'must be a public https address without password, query or fragment');
  return value as string;
};

/** Throws ChainEntryError that names the field. */
export const chainOf = (entry: ChainEntry): Chain => {
  const { id, name, mark, native, blockSeconds, gasPriceCapGwei, transferGas = TRANSFER_GAS } = entry;
  need(isWhole(id, 1, MAX_CHAIN_ID), 'id', `must be a whole number from 1 to ${MAX_CHAIN_ID}`);
  need(
    isText(name, /^[A-Za-z0-9](?:[A-Za-z0-9 .()-]{0,38}[A-Za-z0-9.)])?$/),
    'name',
    'must have 1 to 40 letters, digits, spaces, dots, dashes or brackets',
  );
  need(isText(mark, /^[A-Z0-9]{1,5}$/), 'mark', 'must have 1 to 5 capital letters or digits');
  for (const flag of ['isTest', 'local', 'isOpStack'] as const)
    need(isFlag(entry[flag]), flag, 'must be true or false');
  need(
    isText(native?.symbol, /^[A-Za-z][A-Za-z0-9]{0,9}$/),
    'native.symbol',
    'must have 1 to 10 letters or digits, a letter first',
  );
  need(
    typeof blockSeconds === 'number' && blockSeconds >= 0.05 && blockSeconds <= 600,
    'blockSeconds',
    'must be a number from 0.05 to 600',
  );
  need(
    typeof gasPriceCapGwei === 'number' && gasPriceCapGwei >= 0.000001 && gasPriceCapGwei <= MAX_GAS_PRICE_GWEI,
    'gasPriceCapGwei',
    `must be a number from 0.000001 to ${MAX_GAS_PRICE_GWEI}`,
  );
  need(isWhole(transferGas, 21_000, 1_000_000), 'transferGas', 'must be a whole number from 21000 to 1000000');
  const isTest = (entry.local ?? false) || (entry.isTest ?? false);
  const { settleWithinMinutes = isTest ? 0 : SETTLE_WITHIN_MINUTES } = entry;
  need(
    isWhole(settleWithinMinutes, 0, MAX_SETTLE_WITHIN_MINUTES),
    'settleWithinMinutes',
    `must be a whole number from 0 to ${MAX_SETTLE_WITHIN_MINUTES}`,
  );
  const nativeUsdCents = centsOfUsd(native.usd);
  const gasPriceCap = weiOf(BigInt(Math.round(gasPriceCapGwei * 1e6)) * 1000n);
  const local = entry.local ?? false;
  need(
    local || mostFeeCents(gasPriceCap, transferGas, nativeUsdCents) <= MAX_FEE_CENTS,
    'gasPriceCapGwei',
    'is too high: a transfer could cost more than 150 US dollars at twice this price',
  );
  const { factory, deployer } = entry;
  if (factory !== undefined)
    need(
      addressOf(factory, 'factory') === FACTORY_ADDRESS,
      'factory',
      `must be ${FACTORY_ADDRESS}: the factory has one address on all networks`,
    );
  if (deployer !== undefined)
    need(
      addressOf(deployer, 'deployer') === DEPLOYER_ADDRESS,
      'deployer',
      `must be ${DEPLOYER_ADDRESS}: another deployer gives the factory another address`,
    );
  return {
    ...{ id, name, mark, blockSeconds, local, gasPriceCap, nativeUsdCents, nativeSymbol: native.symbol },
    ...{ isTest, settleWithinMinutes },
    isOpStack: entry.isOpStack ?? false,
    publicRpcUrl: publicUrl(entry.publicRpcUrl, 'publicRpcUrl'),
    explorerTxUrl: publicUrl(entry.explorerTxUrl, 'explorerTxUrl'),
    confirmation: ruleOf(entry.confirmation),
    twoProvidersFrom: twoProvidersFromOf(entry.twoProvidersFrom),
    transferGas: BigInt(transferGas),
    tokens: tokensOf(entry.tokens),
  };
};

const centsOfUsd = (usd: unknown): Cents => {
  const cents = typeof usd === 'string' ? parseDecimal(usd, 2) : undefined;
  need(
    cents !== undefined && cents <= 100_000_000n,
    'native.usd',
    'must be a decimal in quotation marks, such as "25.50", up to 1000000',
  );
  return centsOf(cents);
};

const mostFeeCents = (gasPriceCap: Wei, transferGas: number, nativeUsdCents: Cents): bigint =>
  (2n * multiply(gasPriceCap, BigInt(transferGas)) * nativeUsdCents) / 10n ** 18n;

const twoProvidersFromOf = (value: unknown): Units => {
  if (value === undefined) return TWO_PROVIDERS_FROM;
  const units = typeof value === 'string' ? parseUnits(value) : undefined;
  need(
    units !== undefined,
    'twoProvidersFrom',
    'must be a decimal in quotation marks, such as "100"; "0": every payment',
  );
  return units;
};

const ruleOf = (tiers: unknown): ConfirmationRule => {
  need(Array.isArray(tiers) && tiers.length > 0, 'confirmation', 'needs at least one tier');
  let below = 0n;
  return {
    tiers: (tiers as TierEntry[]).map(({ upTo, blocks, tag }, index) => {
      const field = `confirmation[${index}]`;
      const isLast = index === tiers.length - 1;
      need(
        isLast === (upTo === undefined),
        `${field}.upTo`,
        'is needed in each tier but the last, which takes the rest',
      );
      const upToUnits = upTo === undefined ? null : typeof upTo === 'string' ? parseUnits(upTo) : undefined;
      need(
        upToUnits !== undefined && (upToUnits === null || upToUnits > below),
        `${field}.upTo`,
        'must be a decimal in quotation marks, above that of the tier before',
      );
      below = upToUnits ?? below;
      need((blocks === undefined) !== (tag === undefined), field, 'needs exactly one of blocks and tag');
      if (blocks !== undefined) {
        need(isWhole(blocks, 1, 100_000), `${field}.blocks`, 'must be a whole number from 1 to 100000');
        return { upToUnits, need: { kind: 'depth', blocks } };
      }
      need(tag === 'safe' || tag === 'finalized', `${field}.tag`, 'must be safe or finalized');
      return { upToUnits, need: { kind: 'tag', tag } };
    }),
  };
};

const tokensOf = (entries: unknown): Token[] => {
  need(Array.isArray(entries) && entries.length > 0, 'tokens', 'needs at least one token');
  const tokens: Token[] = [];
  for (const [index, entry] of (entries as TokenEntry[]).entries()) {
    const field = `tokens[${index}]`;
    const coin = COIN_IDS.find((id) => coinSymbol(id) === entry.coin);
    need(coin !== undefined, `${field}.coin`, `must be one of ${COIN_IDS.map(coinSymbol).join(', ')}`);
    const address = addressOf(entry.address, `${field}.address`);
    const { decimals, name = coinSymbol(coin), isBridged = false } = entry;
    need(isWhole(decimals, 2, 18), `${field}.decimals`, 'must be a whole number from 2 to 18');
    need(
      isText(name, /^USD[A-Za-z0-9.]{1,8}$/),
      `${field}.name`,
      'must begin with USD, then 1 to 8 letters, digits or dots',
    );
    need(isFlag(isBridged), `${field}.isBridged`, 'must be true or false');
    const isPrimary = tokens.every((other) => other.coin !== coin);
    need(
      !isPrimary || (name === coinSymbol(coin) && !isBridged),
      field,
      `is the first ${coinSymbol(coin)}: it has the coin's own name and is not bridged`,
    );
    need(
      tokens.every((other) => other.address !== address),
      `${field}.address`,
      'is that of another token',
    );
    need(
      tokens.every((other) => other.name !== name),
      `${field}.name`,
      'is that of another token',
    );
    tokens.push({ coin, address, decimals, name, isBridged });
  }
  return tokens;
};
