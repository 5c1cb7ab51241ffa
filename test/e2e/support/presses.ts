// How many presses each task of issue 14 takes. Each number is counted by the test beside it; docs/findings-14.md shows the table.
import type { Locator, Page } from 'playwright-core';

interface Task {
  /** Of the mouse, or taps. */
  presses: number;
  /** Of the keyboard, where the task needs no mouse; fields that are filled are not counted. */
  keys?: number;
  test: string;
}

export const PRESSES = {
  'first test payment, from the dashboard to its webhook in the log': {
    presses: 11,
    test: 'test/e2e/walks/developer-start.ts',
  },
  'a payment link: created, opened and paid': { presses: 7, test: 'test/e2e/walks/payment-links-paid.ts' },
  'an order found by its last four digits': { presses: 0, keys: 6, test: 'test/e2e/presses.test.ts' },
  'a review decided from Home': { presses: 2, test: 'test/e2e/presses.test.ts' },
  'a refund of it, from Home to the transaction': { presses: 3, test: 'test/e2e/presses.test.ts' },
} as const satisfies Record<string, Task>;

/** The table as docs/findings-14.md has it. */
export const pressesTable = (): string =>
  [
    '| task | presses | keys | counted by |',
    '|---|---|---|---|',
    ...Object.entries<Task>(PRESSES).map(
      ([name, { presses, keys, test }]) => `| ${name} | ${presses} | ${keys ?? '–'} | \`${test}\` |`,
    ),
  ].join('\n');

export interface PressCounter {
  presses: number;
  keys: number;
  press(control: Locator): Promise<void>;
  /** One key, or each character of a text. */
  type(page: Page, text: string): Promise<void>;
  key(page: Page, name: string): Promise<void>;
}

export const countPresses = (): PressCounter => {
  const counter: PressCounter = {
    presses: 0,
    keys: 0,
    async press(control) {
      counter.presses += 1;
      await control.click();
    },
    async type(page, text) {
      counter.keys += text.length;
      await page.keyboard.type(text);
    },
    async key(page, name) {
      counter.keys += 1;
      await page.keyboard.press(name);
    },
  };
  return counter;
};
