// "I already sent it": a transaction hash, and what was found about it. With JavaScript the finding is shown in place; without, on
// a page of its own with the same form.
import { useFetcher } from '@remix-run/react';
import { useLanguage } from '#web/text/page-texts.ts';
import { useText } from '#web/text/text.ts';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useOwnErrors } from '#web/ui/use-own-errors.ts';
import type { CheckoutSummary } from '../server/view-types.ts';
import { claimSentence } from './claim-messages.ts';
import { type ClaimReply, typedValue } from './form-reply.ts';

interface ClaimFormProps {
  summary: CheckoutSummary;
  /** The action's, when the page was rendered after a submission. */
  reply?: ClaimReply | undefined;
  /** The page's heading says what the form is for. */
  untitled?: boolean;
}

const HASH_FIELD = 'claim-hash';
const HINT = 'claim-hint';

export function ClaimForm({ summary, reply, untitled = false }: ClaimFormProps) {
  const t = useText();
  const language = useLanguage();
  const fetcher = useFetcher<ClaimReply>();
  const busy = fetcher.state === 'submitting';
  const shown = fetcher.data ?? reply;
  const own = useOwnErrors();
  return (
    <section className="rounded-lg border border-line p-4">
      {untitled ? null : <h2 className="font-semibold">{t('claim.title')}</h2>}
      <p className="mt-1 text-sm text-ink-2">{t('claim.lead')}</p>
      <fetcher.Form method="post" action={`/checkout/${summary.id}/claim`} className="mt-3 grid gap-2">
        <label htmlFor={HASH_FIELD} className="text-sm font-semibold">
          {t('claim.label')}
        </label>
        <input
          id={HASH_FIELD}
          name="hash"
          {...own.handlers}
          aria-invalid={own.error !== null}
          defaultValue={typedValue(reply?.result, 'hash')}
          aria-describedby={HINT}
          required
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          className="min-h-11 w-full rounded-lg border border-control bg-surface px-3 font-mono text-sm"
        />
        <p id={HINT} className={`text-sm ${own.error ? 'text-bad' : 'text-ink-2'}`}>
          {own.error ?? t('claim.hint')}
        </p>
        <TaskButton type="submit" className="button" busy={busy}>
          {t(busy ? 'claim.checking' : 'claim.check')}
        </TaskButton>
      </fetcher.Form>
      <div role="status" data-testid="claim-answer">
        {shown && !busy ? (
          <Notice plain tone="neutral" className="mt-3 wrap-anywhere">
            {claimSentence(t, language, shown.outcome, summary.store.name)}
          </Notice>
        ) : null}
      </div>
    </section>
  );
}
