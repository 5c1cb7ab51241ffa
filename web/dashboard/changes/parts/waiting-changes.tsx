// Changes that wait, with their buttons: owners confirm what another person asked for, owners and the author cancel. Works without
// JavaScript.
import { Form } from '@remix-run/react';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import type { ChangeRow } from '../server/changes-types.ts';
import { CHANGE_NAMES } from './change-text.ts';

interface WaitingChangesProps {
  changes: readonly ChangeRow[];
  /** The store whose pages the forms are sent to. */
  storeId: string;
  timeZone: string;
}

export function WaitingChanges({ changes, storeId, timeZone }: WaitingChangesProps) {
  if (changes.length === 0) return null;
  return (
    <Card
      title="Waiting to take effect"
      lead="These changes decide where money goes. Every owner got an e-mail with a link that cancels. Another owner can confirm a change: then it takes effect at once."
      flush
    >
      <ul className="divide-y divide-line border-t border-line" data-testid="waiting-changes">
        {changes.map((row) => (
          <li key={row.id} className={CHANGE_ROW}>
            <ChangeLines row={row} timeZone={timeZone} />
            <Form method="post" action={`/dashboard/${storeId}/changes`} className="flex shrink-0 gap-2">
              <input type="hidden" name="id" value={row.id} />
              {row.mayConfirm ? (
                <SubmitButton name="do" value="confirm" aria-label={`Confirm: ${row.change.subject}`}>
                  Confirm
                </SubmitButton>
              ) : null}
              {row.mayCancel ? (
                <SubmitButton name="do" value="cancel" aria-label={`Cancel it: ${row.change.subject}`}>
                  Cancel it
                </SubmitButton>
              ) : null}
            </Form>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** On a phone the buttons are below the text; beside it they stay in one column, however long the text is. */
export const CHANGE_ROW = 'grid gap-3 px-4 py-3 sm:flex sm:items-center sm:justify-between sm:px-5';

export function ChangeLines({ row, timeZone }: { row: Omit<ChangeRow, 'mayCancel' | 'mayConfirm'>; timeZone: string }) {
  const { change, storeName, requestedBy, requestedAt, appliesAt, state } = row;
  return (
    <span className="grid min-w-0 gap-1">
      <span className="font-semibold">
        {CHANGE_NAMES[change.kind]}
        {storeName ? <span className="font-normal text-ink-2"> · {storeName}</span> : null}
      </span>
      <span className={change.kind === 'receiver' ? 'font-mono text-sm wrap-anywhere' : 'wrap-anywhere'}>
        {change.subject}
      </span>
      <span className="text-sm text-ink-2 wrap-anywhere">
        Asked for by {requestedBy ?? 'a command on the server'}, <LocalTime iso={requestedAt} timeZone={timeZone} />.{' '}
        {state === 'waiting' ? (
          <>
            Takes effect <LocalTime iso={appliesAt} timeZone={timeZone} />.
          </>
        ) : null}
        {state === 'confirmed' ? 'Confirmed: it takes effect in a moment.' : null}
      </span>
    </span>
  );
}
