// A page in every width and in both colour schemes: both are the style sheet's affair, so one load is looked at in all of them.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { axeViolations, COLOUR_RULES, DESKTOP, PHONE } from './browser.ts';

/** WCAG 1.4.10 asks for reflow at 320; phone, tablet and desktop. */
const WIDTHS = [320, 390, 768, 1280] as const;
const HEIGHT = 844;

/** Nothing for axe to say, and nothing that scrolls sideways. What a scheme changes is colours, so dark is judged by those. */
export const expectRightInEveryLook = async (page: Page, name = ''): Promise<void> => {
  // Colours that fade into each other would have to be waited for, in each look.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const rules = colorScheme === 'dark' ? COLOUR_RULES : undefined;
      expect(await axeViolations(page, rules), `${name} ${width} px, ${colorScheme}`).toEqual([]);
    }
    const scrolled = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(scrolled, `${name}: width at ${width} px`).toBeLessThanOrEqual(width);
  }
};

/** The dashboard's two sizes: nothing for axe to say, and nothing that scrolls sideways. The page is left on a desktop, in light. */
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
