// The command line with all commands. Throws errors instead of ending the process.
import { Command } from 'commander';
import { addAccountCommands } from './account-commands.ts';
import { addAuditCommands } from './audit-commands.ts';
import { addBooksCommands } from './books-commands.ts';
import { addChainCommands } from './chain-commands.ts';
import { addDatabaseCommands } from './database-commands.ts';
import { addDemoCommands } from './demo-commands.ts';
import { addIntentCommands } from './intent-commands.ts';
import { addKeyCommands } from './key-commands.ts';
import { addMerchantCommands } from './merchant-commands.ts';
import { addOperatorCommands } from './operator-commands.ts';
import { addOrderCommands } from './order-commands.ts';
import { addPersonCommands } from './person-commands.ts';
import { addRefundCommands } from './refund-commands.ts';
import { addReviewCommands } from './review-commands.ts';
import { addStoreCommands } from './store-commands.ts';
import { addStrayCommands } from './stray-commands.ts';
import { addTreasuryCommands } from './treasury-commands.ts';
import { addWebhookCommands } from './webhook-commands.ts';

export const adminProgram = (): Command => {
  const program = new Command('admin')
    .usage('COMMAND … (run as `npm run --silent admin -- COMMAND …`)')
    .description(
      'Operator commands for the running system. They read its environment from DATA_DIR (default: .data/start), where `npm start` writes it. Variables that are set, such as DATABASE_URL, have priority.',
    )
    .exitOverride()
    // The caller prints errors, as text or JSON.
    .configureOutput({ writeErr: () => {}, outputError: () => {} });
  addAccountCommands(program);
  addOperatorCommands(program);
  addMerchantCommands(program);
  addStoreCommands(program);
  addKeyCommands(program);
  addIntentCommands(program);
  addOrderCommands(program);
  addWebhookCommands(program);
  addReviewCommands(program);
  addRefundCommands(program);
  addStrayCommands(program);
  addBooksCommands(program);
  addDatabaseCommands(program);
  addChainCommands(program);
  addTreasuryCommands(program);
  addPersonCommands(program);
  addAuditCommands(program);
  addDemoCommands(program);
  return program;
};
