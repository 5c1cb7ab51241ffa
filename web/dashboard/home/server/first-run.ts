// The first-run checklist of a store (docs/experience.md section 3): which steps are done.

import { type FirstRunFacts, readFirstRunFacts } from '#db/merchants/first-run.ts';
import type { Orm } from '#db/orm.ts';
import type { FirstRun } from './first-run-types.ts';

export interface FirstRunPresenter {
  /** Null when everything is done (or there is no such store). */
  read(storeId: string): Promise<FirstRun | null>;
}

export const createFirstRunPresenter = (orm: Orm): FirstRunPresenter => ({
  async read(storeId) {
    const facts = await readFirstRunFacts(orm.em, storeId);
    return facts && firstRunOf(facts);
  },
});

/** What must be done before what may be. A store that sells without a shop needs neither a key nor a webhook. */
export const firstRunOf = (facts: FirstRunFacts): FirstRun | null => {
  const sellsWithoutShop = facts.order && !facts.key;
  const steps: FirstRun['steps'] = [
    // Every store has a name; this step asks to check it.
    { id: 'name', done: true },
    { id: 'receiver', done: facts.receiver },
    ...(sellsWithoutShop ? [] : [{ id: 'key' as const, done: facts.key }]),
    { id: 'order', done: facts.order },
    ...(sellsWithoutShop ? [] : [{ id: 'webhook' as const, done: facts.webhook }]),
    { id: 'logo', done: facts.logo },
  ];
  const done = steps.filter((step) => step.done).length;
  return done === steps.length ? null : { steps, done };
};
