// The smallest comparable workflow: it waits for one signal and ends.
import { condition, defineSignal, setHandler } from '@temporalio/workflow';

export const go = defineSignal('go');

export async function oneSignalWorkflow(): Promise<void> {
  let gone = false;
  setHandler(go, () => {
    gone = true;
  });
  await condition(() => gone);
}
