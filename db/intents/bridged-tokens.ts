// Whether the token of a transfer is one that its intent does not accept: a bridged one, unless the intent accepts those.
import { BRIDGED_TOKENS } from '#domain/chains.ts';

const BRIDGED = BRIDGED_TOKENS.map(({ chainId, address }) => `(${chainId}, '${address}')`).join(', ');

/** SQL: of the transfer `t` of the intent `i`. */
export const IS_UNWANTED_TOKEN = `(not i.accepts_bridged_tokens and (t.chain_id, t.token) in (${BRIDGED}))`;
