// Only these files may give the permission to change where money goes, or write it without a page's request.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';

const ROOMS = ['activities', 'chain', 'db', 'domain', 'scripts', 'web', 'worker', 'workflows'];
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...ROOMS], {
  cwd: REPOSITORY,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.tsx?$/.test(file));

const filesWith = (pattern: RegExp): string[] =>
  files.filter((file) => pattern.test(readFileSync(join(REPOSITORY, file), 'utf8'))).sort();

test('the permission is given in few places', () => {
  expect(filesWith(/\bpermit\(|new MoneyPermission\(/)).toEqual([
    // After its wait, or confirmed.
    'db/merchants/decide-change.ts',
    // The first owner of a business that is made in the same call.
    'db/merchants/invite-merchant.ts',
    'db/merchants/money-permission.ts',
    // The first one, one that is signed, one of a test store.
    'db/merchants/pending-changes.ts',
    // Commands: their user has the database.
    'scripts/admin/store-commands.ts',
    'scripts/seed.ts',
  ]);
});

test('receiver, owners and signing keys are written in few places', () => {
  expect(filesWith(/updateMoneySettings\(/)).toEqual([
    'db/merchants/decide-change.ts',
    'db/merchants/pending-changes.ts',
    'scripts/admin/store-commands.ts',
    'scripts/seed.ts',
  ]);
  expect(filesWith(/signsForOthers: true/)).toEqual(['db/merchants/decide-change.ts']);
  expect(filesWith(/(create|insert|upsert)\(\s*Member,/)).toEqual([
    'db/merchants/invitations.ts',
    // The applicant of a new business.
    'db/merchants/merchants.ts',
    'scripts/seed-people.ts',
  ]);
});
