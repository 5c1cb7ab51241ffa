// The actor of a command in the audit log: the user of the machine.
import { userInfo } from 'node:os';
import type { Actor } from '#db/merchants/audit.ts';

export const commandActor = (): Actor => ({ kind: 'command', id: userName(), email: null });

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    // In a container the user id may have no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
};
