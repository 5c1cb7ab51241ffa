// What the first-run checklist shows.

export type FirstRunStep = 'name' | 'logo' | 'receiver' | 'key' | 'order' | 'webhook';

export interface FirstRun {
  /** In order. */
  steps: { id: FirstRunStep; done: boolean }[];
  /** How many are done. */
  done: number;
}
