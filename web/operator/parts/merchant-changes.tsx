// Changes of where a merchant's money goes that wait. Operators see them, and cancel those that they asked for themselves.
import { Form } from '@remix-run/react';
import { CHANGE_ROW, ChangeLines } from '#web/dashboard/changes/parts/waiting-changes.tsx';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import type { WaitingChange } from '../server/operator-types.ts';
import { CONSOLE_ZONE } from './console-parts.tsx';

interface MerchantChangesProps {
  changes: readonly WaitingChange[];
  /** The operator's account. */
  self: string;
}

export function MerchantChanges({ changes, self }: MerchantChangesProps) {
  if (changes.length === 0) return null;
  return (
    <Card title="Changes that wait" flush>
      <ul className="divide-y divide-line border-t border-line" data-testid="waiting-changes">
        {changes.map((row) => (
          <li key={row.id} className={CHANGE_ROW}>
            <ChangeLines row={row} timeZone={CONSOLE_ZONE} />
            {row.authorId === self ? (
              <Form method="post" className="shrink-0">
                <input type="hidden" name="do" value="cancel-change" />
                <SubmitButton name="subject" value={row.id} aria-label={`Cancel: ${row.change.subject}`}>
                  Cancel it
                </SubmitButton>
              </Form>
            ) : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}
