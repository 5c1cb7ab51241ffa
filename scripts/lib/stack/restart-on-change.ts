// `npm run dev`: worker and web start again when a file of their rooms changes. Not `node --watch`: it posts messages of its own
// to the threads in which Temporal runs workflows, and the SDK ends the process over them.
import { watch } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../paths.ts';
import type { Part, Supervisor } from './supervisor.ts';

const SHARED = ['domain', 'db', 'chain', 'contracts', 'emails', 'workflows'];
/** What each runs as it is. The rest of web/ is Vite's, which reloads it in place. */
const ROOMS = {
  worker: [...SHARED, 'activities', 'worker'],
  web: [...SHARED, 'sdk', 'web'],
};
const WEB_SERVER_CODE = /^web\/(\w[\w-]*\.ts|(api|auth|chains|http|development)\/|.*\/server\/|access\/)/;
/** Editors write a file in several steps, and a branch changes many. */
const SETTLE_MS = 200;

/** Watches until the process ends. */
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
