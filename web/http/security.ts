// Headers and checks that every page shares (docs/reliability.md section 3): a content security policy with a nonce for each
// answer, and the refusal of posts that another site's page sends.
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    cspNonce: string;
  }
}

export const makeNonce = (): string => randomBytes(16).toString('base64');

export interface SecurityOptions {
  /** Also allowed as the target of forms: the demo shop's form ends on the checkout's public address. */
  publicOrigin: string;
  /** Pages may open WalletConnect's relay and frame its attestation, and nothing else outside. */
  walletConnect: boolean;
}

const WALLET_CONNECT_RELAYS = 'wss://relay.walletconnect.org wss://relay.walletconnect.com';
/** Its hidden frame attests this origin to the wallet, which warns of "an unknown domain" otherwise. */
const WALLET_CONNECT_VERIFY = 'https://verify.walletconnect.org https://verify.walletconnect.com';

export const setSecurityHeaders = (
  reply: FastifyReply,
  nonce: string,
  { publicOrigin, walletConnect }: SecurityOptions,
): void => {
  reply.headers({
    'content-security-policy': [
      "default-src 'self'",
      `script-src 'self' 'nonce-${nonce}'`,
      // A store's accent comes in a style element of the page.
      `style-src 'self' 'nonce-${nonce}'`,
      ...(walletConnect ? [`connect-src 'self' ${WALLET_CONNECT_RELAYS}`, `frame-src ${WALLET_CONNECT_VERIFY}`] : []),
      // Store logos may be https addresses; wallets announce their icons as data: (EIP-6963). The rest is ours.
      "img-src 'self' https: data:",
      `form-action 'self' ${publicOrigin}`,
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
    ...(publicOrigin.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  });
};

/** Whether a request that changes something comes from a page of ours. Every current browser sends `Origin` with a post. */
export const isFromOurPages = (request: FastifyRequest, publicOrigin: string): boolean => {
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  const { origin, host } = request.headers;
  if (!origin || !URL.canParse(origin)) return false;
  return origin === publicOrigin || new URL(origin).host === host;
};
