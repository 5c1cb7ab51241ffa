// The tables of docs/open-api.md against the code: currencies (section 8) and chains (section 11).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CHAINS, tokenOf } from '#domain/chains.ts';
import { FIAT_CURRENCIES } from '#domain/currencies.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';

const page = readFileSync(join(REPOSITORY, 'docs', 'open-api.md'), 'utf8');

test('every fiat currency is listed, and no other', () => {
  const list = Object.entries(FIAT_CURRENCIES).map(([id, symbol]) => `${id} ${symbol}`);
  expect(page).toContain(`Fiat: ${list.join(', ')}.`);
});

test('every chain that is not local has a row with its tokens', () => {
  for (const chain of CHAINS.filter(({ local }) => !local)) {
    const [usdt, usdc] = [tokenOf(chain, 1), tokenOf(chain, 2)];
    expect(page).toContain(`| ${chain.name} | ${chain.id} | ${usdt?.address} | ${usdc?.address} | ${usdt?.decimals} |`);
  }
});
