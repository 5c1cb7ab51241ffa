// `npm run --silent admin -- …`: operator commands for the running system. Only results go to stdout. A failure is one line on stderr
// (`{"error":{"code","message"}}` with --json) and exit code 1.

import { reportFailure } from './admin/failure.ts';
import { adminProgram } from './admin/program.ts';

const args = process.argv.slice(2);
try {
  await adminProgram().parseAsync(args, { from: 'user' });
} catch (error) {
  process.exitCode = reportFailure(error, args.includes('--json'));
}
