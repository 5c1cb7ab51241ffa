// Why an act was refused, where no field of its form says it.

import type { formState } from '#web/access/action-form.ts';
import { LogInAgain } from '#web/dashboard/frame/fresh-log-in.tsx';
import { Notice } from '#web/ui/notice.tsx';

export function ActProblem({ state }: { state: ReturnType<typeof formState> }) {
  if (state.oldLogIn) return <LogInAgain />;
  return state.problem ? <Notice tone="bad">{state.problem}</Notice> : null;
}
