// docs/security/doors.md shows the table that the code uses, and every action that changes something asks it.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { callingDoorsTable } from '#web/access/calling-doors.ts';
import { DOORS, doorsTable, needsFreshLogIn } from '#web/access/doors.ts';

test('docs/security/doors.md is the table of the code', () => {
  const page = readFileSync(join(REPOSITORY, 'docs/security/doors.md'), 'utf8');
  const plain = page.replaceAll(/ +\|/g, ' |');
  expect(plain).toContain(doorsTable());
  expect(plain).toContain(callingDoorsTable().replaceAll(/ +\|/g, ' |'));
});

test('an action that is not in the table, or whose name is odd, needs a fresh log-in', () => {
  for (const action of ['', 'unheard-of', 'null', 'constructor', '__proto__', 'toString'])
    expect(needsFreshLogIn('order', action)).toBe(true);
  expect(needsFreshLogIn('order', 'note')).toBe(false);
  expect(needsFreshLogIn('settings', 'notifications')).toBe(true);
});

test('old log-ins are enough for eight actions only, each with its reason', () => {
  const open = Object.entries(DOORS).flatMap(([page, { actions }]) =>
    Object.keys(actions)
      .filter((action) => !needsFreshLogIn(page as keyof typeof DOORS, action))
      .map((action) => `${page} ${action}`),
  );
  expect(open.sort()).toEqual([
    'alerts test',
    'changes cancel',
    'order note',
    'order search',
    'order simulate',
    'orders delete-view',
    'orders save-view',
    'proposals cancel',
    'refund quote',
    'refund sent',
    'report rerun',
  ]);
});

/** Of accounts and applications, which are no store's; and links of e-mails, which cancel or unsubscribe only. */
const OTHER =
  /(account|apply\/pages\/(apply|waiting)|frame\/pages\/security|team\/pages\/invitation|changes\/pages\/cancel-change|reports\/pages\/(report|unsubscribe))/;

test('every action of the dashboard and the console asks the table', () => {
  const files = globSync('web/{dashboard,operator}/**/*.{ts,tsx}', { cwd: REPOSITORY }).filter(
    (file) => !OTHER.test(file),
  );
  const actions = files.filter((file) => {
    const source = readFileSync(join(REPOSITORY, file), 'utf8');
    return (
      /export const (action|saveSection|saveLink|saveInvoice) =/.test(source) &&
      !/=> save(Section|Link|Invoice)\(args/.test(source)
    );
  });
  expect(actions.length).toBeGreaterThan(9);
  const silent = actions.filter(
    (file) => !/oldLogInReply\(|isTooOld\(/.test(readFileSync(join(REPOSITORY, file), 'utf8')),
  );
  expect(silent).toEqual([]);
});
