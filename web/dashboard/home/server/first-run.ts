// The first-run checklist of a store (docs/experience.md section 3): which steps are done.

import { readFirstRunFacts } from '#db/merchants/first-run.ts';
import type { Orm } from '#db/orm.ts';
import type { FirstRun } from './first-run-types.ts';

export interface FirstRunPresenter {
  /** Null when everything is done (or there is no such store). */
  read(storeId: string): Promise<FirstRun | null>;
}

export const createFirstRunPresenter = (orm: Orm): FirstRunPresenter => ({
  async read(storeId) {
    const facts = await readFirstRunFacts(orm.em, storeId);
    if (!facts) return null;
    const steps: FirstRun['steps'] = [
      // Every store has a name; this step asks to check it.
      { id: 'name', done: true },
      { id: 'logo', done: facts.logo },
      { id: 'receiver', done: facts.receiver },
      { id: 'key', done: facts.key },
      { id: 'order', done: facts.order },
      { id: 'webhook', done: facts.webhook },
    ];
    const done = steps.filter((step) => step.done).length;
    return done === steps.length ? null : { steps, done };
  },
});
