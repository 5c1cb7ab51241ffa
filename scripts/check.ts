// `npm run check`: format, lint, types, import rules, unused code, lock file, generated files, unit tests. Says all that is
// wrong, not just the first.
import {
  formatAndLint,
  generatedFiles,
  importRules,
  lockFile,
  promises,
  types,
  unitTests,
  unused,
} from './lib/check-commands.ts';
import { runChecks } from './lib/checks.ts';

await runChecks([
  [types, promises(), lockFile],
  [formatAndLint(), importRules, unused, generatedFiles, unitTests(null)],
]);
