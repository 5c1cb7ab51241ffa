// A page at every width and in both colour schemes. Both only change styles, so one load serves all of them.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { axeViolations, COLOUR_RULES, DESKTOP, PHONE } from './browser.ts';

/** WCAG 1.4.10 requires reflow at 320; then phone, tablet and desktop. There are two layouts, so axe checks one width of each. */
const WIDTHS = [
  { width: 320, axe: true },
  { width: 390, axe: false },
  { width: 768, axe: false },
  { width: 1280, axe: true },
] as const;
const HEIGHT = 844;

/** No violation and no sideways scrolling. A colour scheme only changes colours, so dark is checked by the colour rules. */
export const expectRightInEveryLook = async (page: Page, name = ''): Promise<void> => {
  // No transitions between the colour schemes to wait for.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const { width, axe } of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    for (const colorScheme of axe ? (['light', 'dark'] as const) : []) {
      await page.emulateMedia({ colorScheme });
      const rules = colorScheme === 'dark' ? COLOUR_RULES : undefined;
      expect(await axeViolations(page, rules), `${name} ${width} px, ${colorScheme}`).toEqual([]);
    }
    const scrolled = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(scrolled, `${name}: width at ${width} px`).toBeLessThanOrEqual(width);
  }
};

/** The dashboard's two sizes: no violation, no sideways scrolling. Leaves the page at desktop size, in light. */
export const expectRightOnDesktopAndPhone = async (page: Page, name: string): Promise<void> => {
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
  for (const viewport of [PHONE, DESKTOP]) {
    await page.setViewportSize(viewport);
    expect(await axeViolations(page), `${name} ${viewport.width} px, light`).toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, `${name}: width at ${viewport.width} px`).toBeLessThanOrEqual(viewport.width);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await axeViolations(page, COLOUR_RULES), `${name}, dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
};
