// The server half of the development wallet: the page script, and an RPC route that lets the local chains' nodes sign for their
// unlocked accounts. Loaded by web/http/pages-plugin.ts in development with local chains only.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { developmentAccount, fillDevelopmentWallet, localCall } from '#chain/local/local-transfer.ts';
import { type Chain, primaryTokensOf } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import type { EnabledChain } from '#domain/config.ts';
import { UserError } from '#domain/errors.ts';
import { isFromOurPages } from '#web/http/allowed-hosts.ts';
import { DEVELOPMENT_WALLET_SCRIPT } from './script-path.ts';

export interface DevelopmentWalletOptions {
  /** Only local ones are used. */
  chains: readonly EnabledChain[];
  publicOrigin: string;
}

const hex = z.string().regex(/^0x[0-9a-fA-F]+$/);
const transactionSchema = z.object({
  from: hex.length(42),
  to: hex.length(42),
  data: hex,
  chainId: hex,
  value: z.literal('0x0'),
});
const requestSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('chains') }),
  z.object({ method: z.literal('fill') }),
  z.object({ method: z.literal('send'), params: z.tuple([transactionSchema]) }),
]);

const INVALID_PARAMS = -32602;
const INTERNAL = -32603;

export const developmentWallet: FastifyPluginAsync<DevelopmentWalletOptions> = async (app, options) => {
  const chains = options.chains.flatMap(({ chain, rpcUrls: [rpcUrl] }) =>
    chain.local && rpcUrl ? [{ chain, rpcUrl }] : [],
  );
  const script = await readFile(join(import.meta.dirname, 'page-script.js'), 'utf8');

  app.get(DEVELOPMENT_WALLET_SCRIPT, { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-store').send(script),
  );
  app.post('/development-wallet/rpc', { schema: { hide: true } }, async (request, reply) => {
    if (!isFromOurPages(request, options.publicOrigin)) return reply.code(403).send();
    const call = requestSchema.safeParse(parseBody(request.body));
    if (!call.success) return { error: { code: INVALID_PARAMS, message: 'Not a request of the development wallet' } };
    try {
      return { result: await response(chains, call.data) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { error: { code: INTERNAL, message: error.message } };
    }
  });
};

interface LocalChain {
  chain: Chain;
  rpcUrl: string;
}

const response = async (chains: readonly LocalChain[], call: z.infer<typeof requestSchema>): Promise<unknown> => {
  switch (call.method) {
    case 'chains':
      return await Promise.all(chains.map(describe));
    case 'fill':
      await Promise.all(chains.map((local) => fillDevelopmentWallet(local.rpcUrl, local.chain)));
      return null;
    case 'send': {
      const { chainId, ...transaction } = call.params[0];
      const local = chains.find(({ chain }) => chain.id === Number(chainId));
      if (!local) throw new UserError('not_local', 'The development wallet pays on local chains only');
      return await localCall(local.rpcUrl, 'eth_sendTransaction', [transaction]);
    }
  }
};

const describe = async ({ chain, rpcUrl }: LocalChain) => ({
  chainId: chain.id,
  name: chain.name,
  account: await developmentAccount(rpcUrl),
  tokens: primaryTokensOf(chain).map(({ coin, address, decimals }) => ({
    symbol: coinSymbol(coin),
    address,
    decimals,
  })),
});

const parseBody = (body: unknown): unknown => {
  try {
    return JSON.parse(String(body));
  } catch {
    return null;
  }
};
