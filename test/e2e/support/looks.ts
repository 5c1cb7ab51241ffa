// A page at every width and in both colour schemes. Both only change styles, so one load serves all of them.
import { mkdirSync } from 'node:fs';
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

const PICTURES = process.env.PICTURES;

/** The page as it is, into the folder `PICTURES`; nothing without it. */
export const picture = async (page: Page, name: string): Promise<void> => {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/${name.replaceAll(/[^\w-]+/g, '-')}.png`, fullPage: true });
};

/** What makes the page scroll sideways: the innermost elements that reach beyond the window, but not in an area that scrolls itself. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const isOut = (element: Element): boolean => element.getBoundingClientRect().right > root.clientWidth + 0.5;
    const scrolls = (element: Element | null): boolean =>
      element !== null && (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement));
    const out = [...document.body.querySelectorAll('*')].filter(
      (element) => element.checkVisibility() && isOut(element) && !scrolls(element),
    );
    const inner = out.filter((element) => ![...element.children].some((child) => out.includes(child)));
    return [`${root.scrollWidth} px`, ...inner.slice(0, 5).map(({ outerHTML }) => outerHTML.slice(0, 160))];
  });

/**
 * No violation and no sideways scrolling. A colour scheme only changes colours, so dark is checked by the colour rules. Leaves the page
 * at desktop size, in light.
 */
export const expectRightInEveryLook = async (page: Page, name = ''): Promise<void> => {
  // No transitions between the colour schemes to wait for.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const { width, axe } of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    for (const colorScheme of ['light', 'dark'] as const) {
      if (!axe && !PICTURES) continue;
      await page.emulateMedia({ colorScheme });
      if (width === PHONE.width || width === DESKTOP.width) await picture(page, `${name}-${width}-${colorScheme}`);
      const rules = colorScheme === 'dark' ? COLOUR_RULES : undefined;
      if (axe) expect(await axeViolations(page, rules), `${name} ${width} px, ${colorScheme}`).toEqual([]);
    }
    expect(await tooWide(page), `${name}: too wide for ${width} px`).toEqual([]);
  }
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia({ colorScheme: 'light' });
};

/** No sideways scrolling at any width: for the other languages of a page that was checked in one. */
export const expectFits = async (page: Page, name: string): Promise<void> => {
  for (const { width } of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    expect(await tooWide(page), `${name}: too wide for ${width} px`).toEqual([]);
  }
};
