// The list of the documentation for language models (llmstxt.org): /llms.txt, and /docs as Markdown.
import { GUIDE } from './guide.server.ts';

export const listForPrograms = (baseUrl: string): string => {
  const pages = GUIDE.map(({ name, title, description }) => `- [${title}](${baseUrl}/docs/${name}.md): ${description}`);
  return `# AllScale Checkout

> A self-hosted, non-custodial stablecoin checkout. A shop creates a checkout intent over a signed HTTP API, the shopper pays USDT or USDC on an EVM chain, and the shop gets a signed webhook when the payment is confirmed on-chain.

The API is at ${baseUrl}/v1. Every request is signed with HMAC-SHA256 over six lines (method, path, query string, timestamp, nonce, SHA-256 of the body's bytes), every webhook over eight. Enum values are integers, amounts of coin are decimal strings, prices are integers in hundredths. An order is paid at status 20 (CONFIRMED) only.

## Docs

${pages.join('\n')}

## Reference

- [OpenAPI 3.1](${baseUrl}/v1/openapi.json): every route, field and webhook of the API
- [Postman collection](${baseUrl}/docs/postman.json): every route, with a script that signs
- [Search](${baseUrl}/docs/search.md?q=nonce): search results in the guide, as Markdown

## Optional

- [The whole guide](${baseUrl}/llms-full.txt): all pages above in one file
`;
};
