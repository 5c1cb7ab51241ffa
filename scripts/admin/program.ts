// The command line as a whole: every command with --help and --json, errors thrown instead of exits.
import { Command } from 'commander';
import { addAuditCommands } from './audit-commands.ts';
import { addDemoCommands } from './demo-commands.ts';
import { addIntentCommands } from './intent-commands.ts';
import { addKeyCommands } from './key-commands.ts';
import { addMerchantCommands } from './merchant-commands.ts';
import { addOperatorCommands } from './operator-commands.ts';
import { addReviewCommands } from './review-commands.ts';
import { addStoreCommands } from './store-commands.ts';
import { addWebhookCommands } from './webhook-commands.ts';

export const adminProgram = (): Command => {
  const program = new Command('admin')
    .usage('COMMAND … (as `npm run --silent admin -- COMMAND …`)')
    .description(
      'Operator commands over the running system. They find it through DATA_DIR (default: .data/start), where `npm start` leaves its environment; variables that are set, such as DATABASE_URL, win.',
    )
    .exitOverride()
    // Errors are said once, by the caller, in the form that --json asks for.
    .configureOutput({ writeErr: () => {}, outputError: () => {} });
  addOperatorCommands(program);
  addMerchantCommands(program);
  addStoreCommands(program);
  addKeyCommands(program);
  addIntentCommands(program);
  addWebhookCommands(program);
  addReviewCommands(program);
  addAuditCommands(program);
  addDemoCommands(program);
  return program;
};
