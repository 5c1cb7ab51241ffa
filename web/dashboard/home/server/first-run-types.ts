// What the first-run checklist shows.

export type FirstRunStep = 'name' | 'logo' | 'receiver' | 'key' | 'order' | 'webhook';

export interface FirstRun {
  /** In order. */
  steps: { id: FirstRunStep; done: boolean }[];
  /** The number of done steps. */
  done: number;
}
