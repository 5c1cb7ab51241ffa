// `npm run --silent admin -- …`: the operator's commands over the running system. Every failure is one clear line on stderr
// (or `{"error":{"code","message"}}` with --json) and exit code 1; results alone go to stdout.

import { reportFailure } from './admin/failure.ts';
import { adminProgram } from './admin/program.ts';

const args = process.argv.slice(2);
try {
  await adminProgram().parseAsync(args, { from: 'user' });
} catch (error) {
  process.exitCode = reportFailure(error, args.includes('--json'));
}
