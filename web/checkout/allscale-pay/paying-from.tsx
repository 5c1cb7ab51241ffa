// The account that pays, and a button to change it.

import { TaskButton } from '#web/ui/task-button.tsx';
import { useTask } from '#web/ui/use-task.ts';
import { failureOf } from './failures.ts';
import { FailureNotice } from './parts.tsx';
import type { PayerBalance } from './pay-flow.ts';
import { useAllScaleText } from './text/allscale-text.tsx';

export function PayingFrom({ balance, onLogOut }: { balance: PayerBalance; onLogOut(): Promise<void> }) {
  const t = useAllScaleText();
  const { busy, failure, run } = useTask(failureOf);
  return (
    <div className="grid gap-2">
      <div className="flex items-center justify-between gap-3 rounded-lg bg-sunken px-3 text-sm">
        <p className="min-w-0 py-2 wrap-anywhere">
          <span className="text-ink-2">{t('paying_from')}</span> {balance.email}
        </p>
        <TaskButton className="link min-h-11 flex-none" busy={busy} onClick={() => void run(onLogOut)}>
          {t('log_out')}
        </TaskButton>
      </div>
      <FailureNotice failure={failure} />
    </div>
  );
}
