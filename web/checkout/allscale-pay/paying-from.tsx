// The account that pays, and a button to change it.
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
        <button type="button" className="link min-h-11 flex-none" disabled={busy} onClick={() => void run(onLogOut)}>
          {t('log_out')}
        </button>
      </div>
      <FailureNotice failure={failure} />
    </div>
  );
}
