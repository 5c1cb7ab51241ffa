// The count that build machines read: no failure may count as passed.
import { expect, test } from 'vitest';
import { countForge } from '#scripts/lib/testing/forge.ts';
import { sum, summaryLine } from '#scripts/lib/testing/test-count.ts';
import { countVitest } from '#scripts/lib/testing/vitest.ts';

const file = (status: string, ...tests: string[]) => ({
  name: 'x.test.ts',
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

test('vitest: passed and failed tests are counted', () => {
  const report = { testResults: [file('passed', 'passed', 'passed'), file('failed', 'passed', 'failed')] };
  expect(countVitest(report, 1)).toEqual({ passed: 3, failed: 1 });
});

test.each([
  ['a file that can not be loaded', { testResults: [file('failed')] }, 1, { passed: 0, failed: 1 }],
  [
    'a hook that threw after its tests passed',
    { testResults: [file('failed', 'passed')] },
    1,
    { passed: 1, failed: 1 },
  ],
  ['a skipped test', { testResults: [file('passed', 'passed', 'pending')] }, 0, { passed: 1, failed: 1 }],
  ['an unhandled rejection', { testResults: [file('passed', 'passed')] }, 1, { passed: 1, failed: 1 }],
  ['no report at all', undefined, 1, { passed: 0, failed: 1 }],
])('vitest: %s is a failure', (_, report, exitCode, expected) => {
  expect(countVitest(report, exitCode)).toEqual(expected);
});

test('forge: failures are printed with their reason and input', () => {
  const lines: string[] = [];
  const count = countForge(
    {
      'test/A.t.sol:A': {
        test_results: {
          'test_one()': { status: 'Success', reason: null, counterexample: null },
          'test_two(uint256)': { status: 'Failure', reason: 'assertion failed', counterexample: { args: '7' } },
          'test_three()': { status: 'Skipped', reason: null, counterexample: null },
        },
      },
    },
    (line) => lines.push(line),
  );
  expect(count).toEqual({ passed: 1, failed: 2 });
  expect(lines).toEqual([
    'FAILED test/A.t.sol:A test_two(uint256): assertion failed',
    '  counterexample: {"args":"7"}',
    'FAILED test/A.t.sol:A test_three(): Skipped',
  ]);
});

test('the summary adds the counts of the runners', () => {
  expect(
    summaryLine(
      sum([
        { passed: 2, failed: 0 },
        { passed: 5, failed: 1 },
      ]),
    ),
  ).toBe('7 passed, 1 failed');
});
