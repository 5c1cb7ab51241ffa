// What no response may show: how the system is made inside, and its secrets.
import type { World } from './world.ts';

const PATTERNS: readonly [string, RegExp][] = [
  ['a stack', /\n\s+at \S.*:\d+:\d+|\bat (async )?file:\/\/|\(file:\/\/\/[^)]*:\d+:\d+\)/],
  ['a path of a package', /node_modules\//],
  [
    'SQL',
    /\bselect ["*]|\bSELECT\s+\S+.*\bFROM\b|\binsert into "|\bupdate "\w+" set\b|\bdelete from "|SQLSTATE|relation "\w+" does not exist|duplicate key value violates/,
  ],
  [
    'an error of the database’s client',
    /\b(DriverException|UniqueConstraintViolation|InvalidFieldNameException|ECONNREFUSED|ENOTFOUND)\b/,
  ],
  ['a connection string', /\b(postgres(ql)?|smtps?|rediss?):\/\/[^\s:@/"'<]+:[^\s@"'<]+@/],
];

/** Values of the environment, and secrets of people who are not who asks. */
export const secretsOf = ({ target, victim, operator }: World): [string, string][] => [
  ['AUTH_SECRET', target.authSecret],
  ['DATABASE_URL', target.databaseUrl],
  ['the database password', new URL(target.databaseUrl).password],
  ...[...target.masterKeys.byId.values()].flatMap((key): [string, string][] => [
    ['a master key', key.toString('base64')],
    ['a master key in hex', key.toString('hex')],
  ]),
  ['another store’s API secret', victim.credentials.apiSecret],
  ['another account’s password', victim.owner.password],
  ['another account’s TOTP secret', operator.totpSecret ?? ''],
];

/** Shorter ones, such as a password "x" of a test database, stand in any text. */
const SHORTEST_SECRET = 9;

/** @returns what the text shows; null for nothing */
export const leakOf = (text: string, secrets: readonly [string, string][] = []): string | null => {
  const pattern = PATTERNS.find(([, expression]) => expression.test(text));
  if (pattern) return `shows ${pattern[0]}: ${pattern[1].exec(text)?.[0].trim().slice(0, 60)}`;
  return secretIn(text, secrets);
};

export const secretIn = (text: string, secrets: readonly [string, string][]): string | null => {
  const secret = secrets.find(([, value]) => value.length >= SHORTEST_SECRET && text.includes(value));
  return secret ? `shows ${secret[0]}` : null;
};
