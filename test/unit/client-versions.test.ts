// Versions of the client packages: those of the release, in the spelling of npm and of PyPI.
import { expect, test } from 'vitest';
import { clientVersions } from '#scripts/lib/client-packages/versions.ts';

test.each([
  ['1.2.0', '1.2.0', '1.2.0'],
  ['v1.2.0', '1.2.0', '1.2.0'],
  ['v10.0.3-rc.1', '10.0.3-rc.1', '10.0.3rc1'],
  ['1.2.0-alpha.2', '1.2.0-alpha.2', '1.2.0a2'],
  ['1.2.0-beta.12', '1.2.0-beta.12', '1.2.0b12'],
])('%s is %s and %s', (version, node, python) => {
  expect(clientVersions(version)).toEqual({ node, python });
});

test.each(['', 'unknown', 'main', '1.2', '1.2.0+build', 'v1.2.0-rc', '1.2.0/../x', '1.2.0\n'])(
  '%j names no release',
  (version) => {
    expect(clientVersions(version)).toBeNull();
  },
);
