// `npm run dev`: restarts worker and web when a file of their rooms changes. `node --watch` cannot be used: it posts messages to the
// threads in which Temporal runs workflows, and the SDK then ends the process.
import { watch } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../paths.ts';
import type { Part, Supervisor } from './supervisor.ts';

const SHARED = ['domain', 'db', 'chain', 'network', 'tracing', 'contracts', 'emails', 'workflows'];
/** The rooms that each process runs directly. Vite reloads the pages of web/ in place. */
const ROOMS = {
  worker: [...SHARED, 'activities', 'worker'],
  web: [...SHARED, 'sdk', 'web'],
};
const WEB_SERVER_CODE = /^web\/(\w[\w-]*\.ts|(api|auth|chains|http|development)\/|.*\/server\/|access\/)/;
/** Collects changes: editors write a file in several steps, and a branch switch changes many. */
const SETTLE_MS = 200;

/** Watches until this process ends. */
export function restartOnChange(supervisor: Supervisor, parts: Record<keyof typeof ROOMS, Part>): void {
  const due = new Map<Part, NodeJS.Timeout>();
  const restart = (part: Part): void => {
    clearTimeout(due.get(part));
    due.set(
      part,
      setTimeout(() => void supervisor.restart(part), SETTLE_MS),
    );
  };
  for (const room of new Set([...ROOMS.worker, ...ROOMS.web])) {
    watch(join(REPOSITORY, room), { recursive: true }, (_event, name) => {
      const file = `${room}/${name ?? ''}`;
      if (!/\.tsx?$/.test(file)) return;
      if (ROOMS.worker.includes(room)) restart(parts.worker);
      if (room !== 'web' || WEB_SERVER_CODE.test(file)) restart(parts.web);
    }).unref();
  }
}
