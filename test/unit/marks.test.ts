// Marks of networks and coins: every one that the product knows has its own, readable and apart from the others.
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { BUILT_IN_CHAINS } from '#domain/chains.ts';
import { STABLE_COINS } from '#domain/coins.ts';
import { CoinMark, NetworkMark, PairMark } from '#web/ui/marks.tsx';

const network = (mark: string): string => renderToStaticMarkup(createElement(NetworkMark, { mark }));
const coin = (symbol: string): string => renderToStaticMarkup(createElement(CoinMark, { symbol }));
/** What is drawn, without what programs read. */
const drawn = (svg: string): string => svg.replace(/ data-mark="[^"]*"/, '');
const coloursOf = (svg: string): string[] =>
  [...svg.matchAll(/ fill="(#[0-9a-f]{3,6})"/g)].map(([, colour = '']) => colour);

/** WCAG 2.2, relative luminance. */
const luminance = (colour: string): number => {
  const digits =
    colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit) : colour.slice(1).match(/../g);
  const [red = 0, green = 0, blue = 0] = (digits ?? []).map((pair) => {
    const part = Number.parseInt(pair, 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one: string, other: string): number => {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};

describe('networks', () => {
  test.each(BUILT_IN_CHAINS.map(({ name, mark }) => [name, mark]))(
    '%s has a mark that reads on its ground',
    (_n, mark) => {
      const svg = network(mark);
      expect(svg).toContain(`data-mark="${mark}"`);
      expect(svg).toContain('aria-hidden="true"');
      // A shape, or all letters of a short mark: no name that is cut off.
      const letters = />([^<]+)<\/text>/.exec(svg)?.[1];
      if (letters === undefined) expect(svg).toContain('<path');
      else expect([letters, mark.length <= 2]).toEqual([mark, true]);
      const [ground = '', ink = ''] = coloursOf(svg);
      expect(contrast(ground, ink)).toBeGreaterThanOrEqual(4.5);
    },
  );

  test('no two look the same', () => {
    const all = BUILT_IN_CHAINS.map(({ mark }) => drawn(network(mark)));
    expect(new Set(all).size).toBe(all.length);
  });

  test('those with real money have a colour of their own', () => {
    const grounds = BUILT_IN_CHAINS.filter(({ isTest, local }) => !isTest && !local).map(
      ({ mark }) => coloursOf(network(mark))[0],
    );
    expect(grounds.length).toBeGreaterThanOrEqual(6);
    expect(new Set(grounds).size).toBe(grounds.length);
  });

  test('one of a chains file has all of its letters, one of several colours, and no colour of a built-in network', () => {
    const builtIn = BUILT_IN_CHAINS.filter(({ local }) => !local).map(({ mark }) => coloursOf(network(mark))[0]);
    const marks = ['ZZZZZ', 'LINEA', 'SCRL', 'AVAX', 'CELO', 'GNO', 'ZK', 'MNT', 'X1', 'Q'];
    const grounds = marks.map((mark) => {
      const svg = network(mark);
      expect(svg).toContain(`>${mark}</text>`);
      const [ground = '', ink = ''] = coloursOf(svg);
      expect(contrast(ground, ink)).toBeGreaterThanOrEqual(4.5);
      expect(builtIn).not.toContain(ground);
      expect(network(mark)).toBe(svg);
      return ground;
    });
    expect(new Set(grounds).size).toBeGreaterThanOrEqual(4);
  });
});

describe('coins', () => {
  test('each has a mark, the same for its other tokens, and readable', () => {
    const all = Object.values(STABLE_COINS).map((symbol) => drawn(coin(symbol)));
    expect(new Set(all).size).toBe(all.length);
    for (const svg of all) {
      const [ground = '', ink = ''] = coloursOf(svg);
      expect(contrast(ground, ink)).toBeGreaterThanOrEqual(4.5);
    }
    expect(drawn(coin('USDT0'))).toBe(drawn(coin('USDT')));
    expect(drawn(coin('USDC.e'))).toBe(drawn(coin('USDC')));
  });

  test('a coin with its network has both', () => {
    const pair = renderToStaticMarkup(createElement(PairMark, { symbol: 'USDC', mark: 'BASE' }));
    expect(pair).toContain('data-mark="USDC"');
    expect(pair).toContain('data-mark="BASE"');
  });
});
