// The development wallet: pays on a local chain from one of the node's unlocked accounts, to test a checkout without a wallet of your
// own. It sends real token transfers, on local chains only.
import { type Address, type Hex, toChecksumAddress } from '#domain/address.ts';
import { type Chain, primaryTokensOf, type Token, tokenOf } from '#domain/chains.ts';
import type { CoinId } from '#domain/coins.ts';
import { balanceFromResult, balanceOfCalldata, mintCalldata, transferCalldata } from '#domain/erc20.ts';
import { UserError } from '#domain/errors.ts';
import { add, type BaseUnits, baseUnitsOf } from '#domain/money.ts';

export interface DevelopmentPayment {
  rpcUrl: string;
  chain: Chain;
  coin: CoinId;
  to: Address;
  /** In the token's own base units. */
  amountBaseUnits: BaseUnits;
}

/** Minted above the amount when the wallet has too little, in whole coins. */
const SPARE_COINS = 1_000_000n;
/** Fixed: an estimate for the transfer would fail while the mint before it waits for its block. */
const GAS: Hex = '0x30d40';
const TIMEOUT_MS = 10_000;
const POLL_MS = 100;

/**
 * Sends `amountBaseUnits` of a coin and returns when the node has the transaction; the next block mines it.
 * Throws UserError when the chain is not local, does not have the coin, or its node does not respond.
 */
export const payFromDevelopmentWallet = async (payment: DevelopmentPayment): Promise<{ txHash: Hex }> => {
  const { rpcUrl, chain, coin, to, amountBaseUnits } = payment;
  if (!chain.local) throw new UserError('not_local', `${chain.name} is not a local chain`);
  if (amountBaseUnits <= 0n) throw new UserError('bad_amount', 'The amount must be above zero');
  const token = tokenOf(chain, coin);
  if (!token) throw new UserError('no_token', `${chain.name} does not have this coin`);

  const from = await developmentAccount(rpcUrl);
  // Same sender, so the nonces keep the order: the transfer cannot be mined before the mint.
  if ((await balanceOf(rpcUrl, token.address, from, 'pending')) < amountBaseUnits) {
    await send(rpcUrl, from, token, mintCalldata(from, add(amountBaseUnits, spareCoins(token))));
  }
  return { txHash: await send(rpcUrl, from, token, transferCalldata(to, amountBaseUnits)) };
};

/**
 * Mints the coins of a local chain that the development wallet has too little of, and returns when they are mined.
 * Throws UserError as above.
 */
export const fillDevelopmentWallet = async (rpcUrl: string, chain: Chain): Promise<void> => {
  if (!chain.local) throw new UserError('not_local', `${chain.name} is not a local chain`);
  const from = await developmentAccount(rpcUrl);
  const isShort = async (token: Token, block: 'latest' | 'pending'): Promise<boolean> =>
    (await balanceOf(rpcUrl, token.address, from, block)) < spareCoins(token) / 2n;
  for (const token of primaryTokensOf(chain)) {
    if (await isShort(token, 'pending')) await send(rpcUrl, from, token, mintCalldata(from, spareCoins(token)));
  }
  const deadline = Date.now() + TIMEOUT_MS;
  for (const token of primaryTokensOf(chain)) {
    while (await isShort(token, 'latest')) {
      if (Date.now() > deadline) throw new UserError('not_mined', `${chain.name} mines no blocks`);
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }
};

/** The last account of the node, which nothing else in a local system uses. Throws UserError. */
export const developmentAccount = async (rpcUrl: string): Promise<Address> => {
  const account = (await localCall<string[]>(rpcUrl, 'eth_accounts', [])).at(-1);
  if (!account) throw new UserError('no_account', 'The local chain has no unlocked account');
  return toChecksumAddress(account);
};

const spareCoins = ({ decimals }: Token): BaseUnits => baseUnitsOf(SPARE_COINS * 10n ** BigInt(decimals));

/** The node gave two senders the same nonce, and took the other one's transaction. */
const NONCE_TAKEN = /replacement transaction underpriced|transaction already imported|nonce too low/;
const SENT_AT_MOST = 20;

/** Sends a transaction of one of the node's unlocked accounts, which several senders may use at once. Throws UserError. */
export const sendFromNode = async (
  rpcUrl: string,
  transaction: { from: Address; to: Address; data?: Hex; value?: Hex },
): Promise<Hex> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await localCall<Hex>(rpcUrl, 'eth_sendTransaction', [{ ...transaction, gas: GAS }]);
    } catch (error) {
      if (attempt === SENT_AT_MOST || !(error instanceof UserError && NONCE_TAKEN.test(error.message))) throw error;
    }
  }
};

const send = (rpcUrl: string, from: Address, { address }: Token, data: Hex): Promise<Hex> =>
  sendFromNode(rpcUrl, { from, to: address, data });

/** In base units. Throws UserError, also when the token has no contract. */
export const balanceOf = async (
  rpcUrl: string,
  token: Address,
  owner: Address,
  block: 'latest' | 'pending',
): Promise<bigint> => {
  const data = balanceOfCalldata(owner);
  const balance = balanceFromResult(await localCall<Hex>(rpcUrl, 'eth_call', [{ to: token, data }, block]));
  if (balance === undefined)
    throw new UserError('no_token', `There is no token contract at ${token}: is the chain set up?`);
  return balance;
};

/** One JSON-RPC call to a local chain. Throws UserError with the node's message. */
export const localCall = async <T>(rpcUrl: string, method: string, params: readonly unknown[]): Promise<T> => {
  let reply: { result?: T; error?: { message: string } };
  try {
    const response = await fetch(rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    reply = (await response.json()) as typeof reply;
  } catch (cause) {
    throw new UserError('chain_unreachable', 'The local chain does not respond', { cause });
  }
  if (reply.error || reply.result === undefined) {
    throw new UserError('chain_refused', `The local chain rejected ${method}: ${reply.error?.message ?? 'no result'}`);
  }
  return reply.result;
};
