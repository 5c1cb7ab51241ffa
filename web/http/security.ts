// Headers of all pages (docs/reliability.md section 3), with a content security policy that has a nonce for each response.
import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    cspNonce: string;
  }
}

export const makeNonce = (): string => randomBytes(16).toString('base64');

export interface SecurityOptions {
  /** Also allowed as a form's target: the demo shop's form leads to the checkout's public URL. */
  publicOrigin: string;
  /** Pages may connect to WalletConnect's relay and embed its verification frame. */
  walletConnect: boolean;
}

const WALLET_CONNECT_RELAYS = 'wss://relay.walletconnect.org wss://relay.walletconnect.com';
/** A hidden frame that proves this origin to the wallet; without it the wallet warns of an unknown domain. */
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
      // A store's accent colour is in a style element.
      `style-src 'self' 'nonce-${nonce}'`,
      ...(walletConnect ? [`connect-src 'self' ${WALLET_CONNECT_RELAYS}`, `frame-src ${WALLET_CONNECT_VERIFY}`] : []),
      // Store logos may be https URLs; wallets announce their icons as data: URLs (EIP-6963).
      "img-src 'self' https: data:",
      `form-action 'self' ${publicOrigin}`,
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // With `no-referrer`, browsers send `Origin: null` with our own forms.
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
  });
};
