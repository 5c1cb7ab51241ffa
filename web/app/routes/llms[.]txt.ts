// What the documentation holds, for programs that read (llmstxt.org).
import type { LoaderFunctionArgs } from '@remix-run/node';
import { GUIDE } from '../docs/guide.server.ts';

export const loader = ({ context: { publicUrl } }: LoaderFunctionArgs): Response => {
  const pages = GUIDE.map(
    ({ name, title, description }) => `- [${title}](${publicUrl}/docs/${name}.md): ${description}`,
  );
  const text = `# AllScale Checkout

> A self-hosted, non-custodial stable-coin checkout. A shop creates a checkout intent over a signed HTTP API, the shopper pays USDT or USDC on an EVM chain, and the shop gets a signed webhook when the payment is confirmed on-chain.

## Docs

${pages.join('\n')}

## Reference

- [OpenAPI 3.1](${publicUrl}/v1/openapi.json): every route and member of the API
`;
  return new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
};
