// Property-based tests: fixed seeds and few runs in `npm test`; FUZZ_RUNS multiplies the runs, FUZZ_SEED changes the seed. For
// `npm run attack` too.
import fc from 'fast-check';

const times = Number(process.env.FUZZ_RUNS) || 1;
const seed = Number(process.env.FUZZ_SEED) || 20261129;

export const runs = (numRuns: number): fc.Parameters<unknown> => ({ numRuns: numRuns * times, seed });

/** So many values, always the same ones for a seed. @param salt others of the same seed */
export const inputsOf = <Input>(arbitrary: fc.Arbitrary<Input>, count: number, salt: number): Input[] =>
  fc.sample(arbitrary, { numRuns: count * times, seed: seed + salt });

/** Texts that break writers and readers: markup, line breaks, formulas, direction marks, lone surrogates, long ones. */
export const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\0',
      '\r\n',
      '\u2028',
      '\u202e',
      '\ud800',
      '"',
      "'",
      '<script>alert(9041)</script>',
      '"><img src=x onerror=alert(9041)>',
    ],
    ...[
      '{{7*7}}',
      '%s%n',
      '../../etc/passwd',
      "' or 1=1--",
      '=1+1',
      '@SUM(A1)',
      '-1',
      '+1',
      '\t=1',
      'a\r\nBcc: x@evil.example',
      '__proto__',
    ],
    ...[
      '1e400',
      '-0',
      'NaN',
      '9007199254740993',
      '0x10',
      'null',
      'true',
      '[]',
      '{}',
      'on',
      'x'.repeat(5_000),
      '\u0660',
      '２',
      '1\u00a0000',
    ],
  ),
  fc
    .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '\uff1d', '"', '<'), fc.string({ maxLength: 20 }))
    .map(([start, rest]) => start + rest),
);
