// An e-mail address has one spelling, made by domain/email-address.ts. Two places that each lower-case differ one day, and then an address
// that opted out, was invited or was erased is not found.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { emailAddressOf, isSameEmail } from '#domain/email-address.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';

const SHIPPED = [
  'activities',
  'chain',
  'db',
  'domain',
  'emails',
  'network',
  'scripts',
  'tracing',
  'web',
  'worker',
  'workflows',
];
const THE_PLACE = 'domain/email-address.ts';

/** Where most texts are addresses of people: nothing is lower-cased there but these. */
const OF_MAIL = /^(db\/(accounts|delivery|merchants|personal-data|reports)|emails|web\/auth|web\/account\/server)\//;
const OTHER_TEXTS: Record<string, string[]> = {
  'db/merchants/store-settings.ts': ['accentColor'],
  'db/personal-data/erased-columns.ts': ['columnOf'],
  'web/account/server/history.ts': ['token'],
  'web/account/server/signed-transfer.ts': ['transaction'],
  'web/auth/recovery-codes.ts': ['hashOf'],
};
/** A name or text that is an e-mail address's, wherever it stands. */
const IS_MAIL = /e-?mail|recipient|mailbox|member|owner|invited/i;
const LOWERS = new Set(['toLowerCase', 'toLocaleLowerCase']);

/** What lower-cases an e-mail address in a source: the declared name that it is for, and its line. */
const lowered = (file: string, text: string): { name: string; line: number }[] => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: { name: string; line: number }[] = [];
  const visit = (node: ts.Node, name: string): void => {
    const named = ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) ? node.name.getText() : name;
    // With or without a call: `addresses.map(String.prototype.toLowerCase.call)` is one too.
    if (ts.isPropertyAccessExpression(node) && LOWERS.has(node.name.text)) {
      const isMail = IS_MAIL.test(named) || IS_MAIL.test(node.expression.getText());
      const isOther = OTHER_TEXTS[file]?.includes(named) ?? false;
      if (isMail || (OF_MAIL.test(file) && !isOther)) {
        found.push({ name: named, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
      }
    }
    ts.forEachChild(node, (child) => visit(child, named));
  };
  visit(source, '');
  return found;
};

test('an address has one spelling', () => {
  expect(emailAddressOf(' Ada@Example.COM\n')).toBe('ada@example.com');
  expect(isSameEmail('ada@example.com ', 'ADA@example.com')).toBe(true);
  expect(isSameEmail('ada@example.com', 'eda@example.com')).toBe(false);
});

describe('no other code makes one', () => {
  const files = globSync(
    SHIPPED.map((room) => `${room}/**/*.{ts,tsx}`),
    { cwd: REPOSITORY },
  ).filter((file) => file !== THE_PLACE && !file.includes('node_modules'));

  test('in the sources', () => {
    expect(files.length).toBeGreaterThan(500);
    const found = files.flatMap((file) =>
      lowered(file, readFileSync(join(REPOSITORY, file), 'utf8')).map(({ name, line }) => `${file}:${line} ${name}`),
    );
    expect(found).toEqual([]);
  });

  test.each([
    ['web/home/x.ts', 'const to = email.trim().toLowerCase();'],
    ['web/home/x.ts', 'const email = z.string().trim().toLowerCase();'],
    ['web/home/x.ts', 'const body = z.object({ email: z.string().toLowerCase() });'],
    ['chain/x.ts', 'if (member.email.toLocaleLowerCase() === x) go();'],
    ['db/delivery/x.ts', 'const sent = addresses.map((address) => address.toLowerCase());'],
    ['db/merchants/store-settings.ts', 'const key = text.toLowerCase();'],
  ])('and one in %s would be found: %s', (file, text) => {
    expect(lowered(file, text)).toHaveLength(1);
  });

  test('what else is lower-cased is let be', () => {
    expect(lowered('chain/x.ts', 'const token = log.address.toLowerCase();')).toEqual([]);
    expect(lowered('db/merchants/store-settings.ts', 'const accentColor = z.string().toLowerCase();')).toEqual([]);
  });
});
