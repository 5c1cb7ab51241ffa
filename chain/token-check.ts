// Reads decimals and symbol of a chain's tokens and says which may be credited. When one does not fit, every provider is asked:
// one that is wrong must not stop a token.
import type { Chain, Token } from '#domain/chains.ts';
import { DECIMALS_CALLDATA, decimalsFromResult, SYMBOL_CALLDATA, textFromResult } from '#domain/erc20.ts';
import { type TokenCheckResult, troubleOfToken } from '#domain/token-check.ts';
import { isRpcError } from './rpc-errors.ts';
import type { RpcPool } from './rpc-pool.ts';
import type { RpcProvider } from './rpc-provider.ts';

/** The verdict on each token of the chain. Throws RpcError when no provider responds. */
export const checkTokens = async (pool: RpcPool, chain: Chain): Promise<TokenCheckResult[]> => {
  const first = await pool.use((provider) => readTokens(provider, chain));
  if (pool.size < 2 || first.every(({ trouble }) => trouble === null)) return first;
  const opinions = await pool.askAll((provider) => readTokens(provider, chain));
  return first.map((result, index) => {
    const others = opinions.flatMap(({ response }) => response[index] ?? []);
    return others.find(({ trouble }) => trouble === null) ?? result;
  });
};

const readTokens = async (provider: RpcProvider, chain: Chain): Promise<TokenCheckResult[]> => {
  const calls = chain.tokens.flatMap(({ address }) =>
    [DECIMALS_CALLDATA, SYMBOL_CALLDATA].map((data) => ({
      method: 'eth_call',
      params: [{ to: address, data }, 'latest'],
    })),
  );
  const results = await provider.batch(calls);
  // A contract that reverts has no such function. Any other error says nothing about the token.
  for (const result of results) if (isRpcError(result) && result.code !== 'rpc_reverted') throw result;
  return chain.tokens.map((token, index) => resultOf(chain, token, results[index * 2], results[index * 2 + 1]));
};

const resultOf = (chain: Chain, token: Token, decimals: unknown, symbol: unknown): TokenCheckResult => {
  const reading = { decimals: decimalsFromResult(decimals), symbol: textFromResult(symbol) };
  return { token: token.address, ...reading, trouble: troubleOfToken(chain, token, reading) };
};
