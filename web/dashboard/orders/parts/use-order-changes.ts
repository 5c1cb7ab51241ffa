// Polls whether an order's page is up to date, and reloads its data when it is not. Waits while a field has focus or text, or a dialog
// is open.
import { useNavigation, useRevalidator } from '@remix-run/react';
import { useState } from 'react';
import { type Trouble, usePoll } from '#web/ui/use-poll.ts';
import type { OrderChanges } from '../server/orders-types.ts';

const CHANGING_MS = 3_000;
/** Late money can still arrive, and colleagues can decide on it. */
const SETTLED_MS = 15_000;

/** A form was started and not sent: a reload could remove it from the page. */
const isEditing = (): boolean =>
  document.querySelector('dialog[open]') !== null ||
  document.activeElement?.matches('main textarea, main input') === true ||
  [...document.querySelectorAll('main textarea')].some((field) => (field as HTMLTextAreaElement).value !== '');

export interface LiveOrder {
  /** The order changed, and the page has not been updated yet. */
  held: boolean;
  /** Updates the page. */
  show: () => void;
  /** When the shown state was current, Unix seconds. */
  readAt: number;
  trouble: Trouble | null;
}

/**
 * @param url null to poll nothing
 * @param shown the mark of the loaded page, and when it was read
 */
export const useOrderChanges = (url: string | null, shown: OrderChanges, changing: boolean): LiveOrder => {
  const { revalidate, state } = useRevalidator();
  const loading = useNavigation().state !== 'idle' || state !== 'idle';
  const [polled, setPolled] = useState({ changes: shown, held: false });
  const trouble = usePoll<OrderChanges>(url, changing ? CHANGING_MS : SETTLED_MS, (changes) => {
    const held = changes.mark !== shown.mark && !loading && isEditing();
    setPolled({ changes, held });
    if (changes.mark !== shown.mark && !loading && !held) revalidate();
  });
  const isSame = polled.changes.mark === shown.mark;
  return {
    held: polled.held && !isSame && !loading,
    show: revalidate,
    readAt: isSame ? Math.max(polled.changes.readAt, shown.readAt) : shown.readAt,
    trouble,
  };
};
