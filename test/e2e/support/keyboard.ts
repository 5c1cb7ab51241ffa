// A page by keyboard alone: Tab comes to every control in the order of the page, the focus shows, Enter or Space press, and Tab leads out
// again. Dialogs keep the focus while they are open, and give it back.
import type { Locator, Page, Route } from 'playwright-core';
import { expect } from 'vitest';

interface Stop {
  /** Where it is among the controls of the page; -1: none of them, such as an area that scrolls. */
  at: number;
  /** For messages. */
  html: string;
  /** What is wrong with it. */
  problems: string[];
  /** The key that presses it; null for fields, which are typed into, and for radio buttons, which arrows choose. */
  key: 'Enter' | 'Space' | null;
}

type KeyboardPage = typeof globalThis & {
  /** The controls of the page, in its order. */
  keyboardControls?: Element[];
  /** Elements that a key pressed. The page hears of none of it. */
  keyboardPresses: Element[];
  endKeyboard(): void;
};

/** Puts the focus before everything, lists the controls, and keeps presses from the page. @returns what mice can press and keys cannot */
const begin = (page: Page): Promise<{ controls: number; mouseOnly: string[] }> =>
  page.evaluate(() => {
    const isShown = (element: Element): boolean =>
      element.checkVisibility({ visibilityProperty: true }) && !element.closest('[inert]');
    const isOtherRadio = (element: Element, all: readonly Element[]): boolean => {
      if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return false;
      const group = all.filter(
        (other): other is HTMLInputElement =>
          other instanceof HTMLInputElement &&
          other.type === 'radio' &&
          other.name === element.name &&
          other.form === element.form,
      );
      return (group.find(({ checked }) => checked) ?? group[0]) !== element;
    };
    const selector = 'a[href], button, input, select, textarea, summary, iframe, [tabindex], [contenteditable="true"]';
    const reachable = [...document.querySelectorAll(selector)].filter(
      (element) =>
        element.getAttribute('tabindex') !== '-1' &&
        !element.matches(':disabled, input[type=hidden]') &&
        (element.tagName !== 'SUMMARY' || element.parentElement?.querySelector('summary') === element) &&
        isShown(element),
    );
    const here = globalThis as KeyboardPage;
    const controls = reachable.filter((element) => !isOtherRadio(element, reachable));
    here.keyboardControls = controls;
    here.keyboardPresses = [];
    const keep = (event: Event): void => {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.target instanceof Element) here.keyboardPresses.push(event.target);
    };
    window.addEventListener('click', keep, true);
    here.endKeyboard = () => window.removeEventListener('click', keep, true);

    const reacts = (element: Element): boolean => {
      const name = Object.keys(element).find((key) => key.startsWith('__reactProps$'));
      return name !== undefined && typeof Reflect.get(Reflect.get(element, name), 'onClick') === 'function';
    };
    const pressable = 'a[href], button, summary, input, select, textarea, label, option, [role=option]';
    const mouseOnly = [...document.querySelectorAll('body *')]
      // A chart is drawn by a library that listens to the mouse for its tooltips; its figures are in the table below it.
      .filter((element) => !element.closest('.recharts-wrapper'))
      .filter((element) => !element.matches(pressable) && isShown(element) && reacts(element))
      .map(({ outerHTML }) => outerHTML.slice(0, 200));

    const { body } = document;
    body.tabIndex = -1;
    body.focus();
    body.removeAttribute('tabindex');
    return { controls: controls.length, mouseOnly };
  });

/** Where the focus is; null when it is on no element of the page. */
const focusedStop = (page: Page): Promise<Stop | null> =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const here = globalThis as KeyboardPage;
    const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
    const faces = [element, element.closest('label'), ...labels].filter((face) => face !== null);
    const hasOutline = faces.some((face) => {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(face);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && outlineColor !== 'rgba(0, 0, 0, 0)';
    });
    const isInSight = faces.some((face) => {
      const { top, bottom, left, right, width, height } = face.getBoundingClientRect();
      return width > 2 && height > 2 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
    });
    const type = element instanceof HTMLInputElement ? element.type : null;
    const isButton = type === 'submit' || type === 'button' || type === 'file' || element.matches('button, summary');
    const isRole = element.matches('[role=button], [role=link], [role=tab], [role=switch], [role=menuitem]');
    return {
      at: (here.keyboardControls ?? []).indexOf(element),
      html: element.outerHTML.slice(0, 200),
      problems: [...(hasOutline ? [] : ['shows no focus']), ...(isInSight ? [] : ['is out of sight'])],
      key: type === 'checkbox' ? 'Space' : isButton || isRole || element.matches('a[href]') ? 'Enter' : null,
    } as const;
  });

/** Whether the key pressed the focused element, and no other. */
const wasPressed = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const here = globalThis as KeyboardPage;
    const [first, ...others] = here.keyboardPresses.splice(0);
    return first !== undefined && others.length === 0 && first === document.activeElement;
  });

/** Stops beside the controls: parts of a date, and areas that scroll. */
const MORE_STOPS = 40;

/**
 * Tabs through the page as it is, and presses each control: nothing of it reaches the page, so it is as before afterwards.
 * @param name of the page, for messages
 */
export const expectWorksByKeyboard = async (page: Page, name: string): Promise<void> => {
  const { controls, mouseOnly } = await begin(page);
  expect(mouseOnly, `${name}: elements for a mouse only`).toEqual([]);
  expect(controls, `${name}: controls`).toBeGreaterThan(0);
  const order: number[] = [];
  const problems: string[] = [];
  for (let presses = 0; ; presses += 1) {
    await page.keyboard.press('Tab');
    const stop = await focusedStop(page);
    if (stop === null) break;
    if (presses > controls + MORE_STOPS) throw new Error(`${name}: Tab does not lead out of the page, at ${stop.html}`);
    // A date field is one control with several stops: the browser shows which.
    if (stop.at >= 0 && order.at(-1) === stop.at) continue;
    problems.push(...stop.problems.map((problem) => `${problem}: ${stop.html}`));
    if (stop.at < 0) continue;
    order.push(stop.at);
    if (stop.key === null) continue;
    await page.keyboard.press(stop.key);
    if (!(await wasPressed(page))) problems.push(`${stop.key} does not press: ${stop.html}`);
  }
  await page.evaluate(() => (globalThis as KeyboardPage).endKeyboard());
  expect(problems, name).toEqual([]);
  const missed = await page.evaluate(
    (reached) =>
      ((globalThis as KeyboardPage).keyboardControls ?? [])
        .filter((_, at) => !reached.includes(at))
        .map(({ outerHTML }) => outerHTML.slice(0, 200)),
    order,
  );
  expect(missed, `${name}: controls that Tab does not reach`).toEqual([]);
  expect(order, `${name}: order`).toEqual(order.toSorted((a, b) => a - b));
};

const MOST_STOPS = 60;

/** Presses Tab until the focus is there. It must be visible at each stop. */
export const tabTo = async (page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> => {
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press(key);
    const problems = (await focusedStop(page))?.problems ?? [];
    expect(problems).not.toContain('shows no focus');
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`the focus never came to ${target}`);
};

const isFocused = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === document.activeElement);

/** Opens a dialog by its button: the focus goes into it, stays there, and comes back when it is closed. */
export const expectDialogGivesFocusBack = async (
  page: Page,
  { opener, dialog, close }: { opener: Locator; dialog: Locator; close(): Promise<void> },
): Promise<void> => {
  await opener.focus();
  await page.keyboard.press('Enter');
  await dialog.waitFor();
  const isInside = () =>
    dialog.evaluate((element) => {
      const { activeElement, body } = document;
      return activeElement === body || element.contains(activeElement);
    });
  await expect.poll(() => dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  const stops = await dialog.locator('a[href], button, input, select, textarea').count();
  for (let press = 0; press < stops + 2; press += 1) {
    await page.keyboard.press('Tab');
    expect(await isInside()).toBe(true);
  }
  await dialog.locator('a[href], button, input, select, textarea').first().focus();
  await close();
  // Hidden is not enough: the page hears of it a moment later, and opens it again only then.
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => isFocused(opener)).toBe(true);
};

/**
 * Sends a form by Enter on its button: the focus stays on it while the response is awaited and afterwards, and a second press sends
 * nothing.
 * @param button of a form that posts
 * @param afterwards what has the focus once the response is there: the button, or the field that it says is wrong
 */
export const expectKeepsFocusWhileSending = async (
  page: Page,
  button: Locator,
  name: string,
  afterwards: Locator = button,
): Promise<void> => {
  let sent = 0;
  const response = Promise.withResolvers<void>();
  const hold = async (route: Route): Promise<void> => {
    if (route.request().method() !== 'POST') return route.fallback();
    sent += 1;
    await response.promise;
    await route.continue();
  };
  await page.route('**/*', hold);
  // Its label may change, so it is kept as an element.
  const element = await button.elementHandle();
  if (!element) throw new Error(`${name}: no button`);
  const isBusy = () => element.evaluate((shown) => shown.getAttribute('aria-busy') === 'true');
  // A browser takes the focus from what cannot have it when it draws the next frame.
  const isFocusedWhenDrawn = () =>
    element.evaluate(async (shown) => {
      for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
      return shown === document.activeElement;
    });
  await element.focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => sent, { message: `${name}: sent` }).toBe(1);
  await expect.poll(isBusy, { message: `${name}: busy` }).toBe(true);
  expect(await isFocusedWhenDrawn(), `${name}: the focus while it is sent`).toBe(true);
  await page.keyboard.press('Enter');
  response.resolve();
  // The form may have been made anew, with the values as stored.
  const isReady = () => button.evaluate((shown) => !shown.hasAttribute('aria-busy'));
  await expect.poll(isReady, { message: `${name}: busy` }).toBe(true);
  await expect.poll(() => isFocused(afterwards), { message: `${name}: the focus afterwards` }).toBe(true);
  expect(sent, `${name}: requests`).toBe(1);
  await page.unroute('**/*', hold);
};
