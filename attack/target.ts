// What is attacked: a running system of `npm start`, or web alone in this process.
import type { MasterKeys } from '#db/secrets.ts';

export interface Target {
  /** Its public URL, on this machine. */
  url: string;
  /** Web's own role. The world is filled through it; attacks never use it but to read what they changed. */
  databaseUrl: string;
  masterKeys: MasterKeys;
  authSecret: string;
  /** NODE_ENV=development: the mailbox and plain http webhooks exist on purpose. */
  development: boolean;
  /** Chains respond, the worker runs. */
  complete: boolean;
  /** What it has logged so far. */
  logs(): string;
}
