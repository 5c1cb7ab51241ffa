// How many presses each task of issue 14 takes, and how long a script that presses at once needs. Each number is counted by the test beside
// it; docs/findings-14.md shows the table. With `PRESS_TIMES=FILE` the tests add a row with the seconds of each task to that file.
import { appendFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

interface Task {
  /** Of the mouse, or taps. */
  presses: number;
  /** Of the keyboard, where the task needs no mouse; fields that are filled are not counted. */
  keys?: number;
  test: string;
}

export const PRESSES = {
  'first test payment, from the page after the application to its webhook in the log': {
    presses: 8,
    test: 'test/e2e/walks/developer-start.ts',
  },
  'a payment link: created, opened and paid': { presses: 7, test: 'test/e2e/walks/payment-links-paid.ts' },
  'an invoice: opened and paid by its customer': { presses: 6, test: 'test/e2e/walks/payment-links-paid.ts' },
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
  press(control: Locator): Promise<void>;
  /** One key, or each character of a text. */
  type(page: Page, text: string): Promise<void>;
  key(page: Page, name: string): Promise<void>;
  /** The task is done: it took as many presses and keys as the table says. */
  done(task: keyof typeof PRESSES): void;
}

/** Counts from now on: call it before the task's first page is opened. */
export const countPresses = (): PressCounter => {
  const began = performance.now();
  let [presses, keys] = [0, 0];
  return {
    async press(control) {
      presses += 1;
      await control.click();
    },
    async type(page, text) {
      keys += text.length;
      await page.keyboard.type(text);
    },
    async key(page, name) {
      keys += 1;
      await page.keyboard.press(name);
    },
    done(name) {
      const seconds = (performance.now() - began) / 1000;
      const task: Task = PRESSES[name];
      expect({ presses, keys }, name).toEqual({ presses: task.presses, keys: task.keys ?? 0 });
      const { PRESS_TIMES } = process.env;
      if (PRESS_TIMES) appendFileSync(PRESS_TIMES, `| ${name} | ${seconds.toFixed(1)} |\n`);
    },
  };
};
