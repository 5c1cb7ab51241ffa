// Why an act was refused, where no field of its form says it.
import { LogInAgain } from '../fresh-log-in.tsx';
import { Notice } from '../ui/notice.tsx';
import type { formState } from './act-form.ts';

export function ActProblem({ state }: { state: ReturnType<typeof formState> }) {
  if (state.oldLogIn) return <LogInAgain />;
  return state.problem ? <Notice tone="bad">{state.problem}</Notice> : null;
}
