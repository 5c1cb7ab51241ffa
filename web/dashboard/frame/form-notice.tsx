// Why a form as a whole was rejected. Problems of single fields are shown beside them.
import type { ActionForm } from '#web/access/use-action-form.ts';
import { Notice } from '#web/ui/notice.tsx';
import { LogInAgain } from './log-in-again.tsx';

interface FormNoticeProps {
  form: Pick<ActionForm, 'problem' | 'oldLogIn'>;
  /** What did not happen. */
  unchanged?: string;
}

export function FormNotice({ form: { problem, oldLogIn }, unchanged = 'Nothing has changed.' }: FormNoticeProps) {
  if (oldLogIn) return <LogInAgain />;
  return problem ? (
    <Notice tone="bad">
      {problem} {unchanged}
    </Notice>
  ) : null;
}
