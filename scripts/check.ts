// `npm run check`: format, lint, types, import rules, unused code, lock file, generated files, unit tests. Reports every
// failure, not only the first.
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
