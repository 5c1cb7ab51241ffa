// Who acts when a command does: the machine's user, for the audit log.
import { userInfo } from 'node:os';
import type { Actor } from '#db/merchants/audit.ts';

export const commandActor = (): Actor => ({ kind: 'command', id: userName(), email: null });

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
};
