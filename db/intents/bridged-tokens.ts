// Whether the token of a transfer is one that its intent does not accept: a bridged one, unless the intent accepts those.
import { bridgedTokens } from '#domain/chains.ts';

/** SQL: of the transfer `t` of the intent `i`. The same text in one process, so that its statements are prepared once. */
export const isUnwantedTokenSql = (): string => {
  const tokens = bridgedTokens().map(({ chainId, address }) => `(${chainId}, '${address}')`);
  return `(not i.accepts_bridged_tokens and (t.chain_id, t.token) in (${tokens.join(', ')}))`;
};
