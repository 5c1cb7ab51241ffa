// Keeps an order's page current: a small question every few seconds, and the page is read again only when something of it changed. Never
// under the hands of somebody who types or has a dialog open.
import { useNavigation, useRevalidator } from '@remix-run/react';
import { useState } from 'react';
import { type Trouble, usePoll } from '#web/ui/use-poll.ts';
import type { OrderChanges } from '../server/orders-types.ts';

const WHILE_IT_MOVES_MS = 3_000;
/** Money may still come late, and colleagues decide on it. */
const LATER_MS = 15_000;

/** What was begun and not sent: it may belong to what the next reading takes off the page. */
const somebodyIsBusy = (): boolean =>
  document.querySelector('dialog[open]') !== null ||
  document.activeElement?.matches('main textarea, main input') === true ||
  [...document.querySelectorAll('main textarea')].some((field) => (field as HTMLTextAreaElement).value !== '');

export interface LiveOrder {
  /** Something changed, and the page waits with showing it. */
  held: boolean;
  /** Shows it. */
  show: () => void;
  /** When what is shown was so, Unix seconds. */
  readAt: number;
  trouble: Trouble | null;
}

/** @param shown the mark of the page as it was loaded, and when that was */
export const useOrderChanges = (url: string, shown: OrderChanges, moves: boolean): LiveOrder => {
  const { revalidate, state } = useRevalidator();
  const loading = useNavigation().state !== 'idle' || state !== 'idle';
  const [asked, setAsked] = useState({ changes: shown, held: false });
  const trouble = usePoll<OrderChanges>(url, moves ? WHILE_IT_MOVES_MS : LATER_MS, (changes) => {
    const held = changes.mark !== shown.mark && !loading && somebodyIsBusy();
    setAsked({ changes, held });
    if (changes.mark !== shown.mark && !loading && !held) revalidate();
  });
  const isSame = asked.changes.mark === shown.mark;
  return {
    held: asked.held && !isSame && !loading,
    show: revalidate,
    readAt: isSame ? Math.max(asked.changes.readAt, shown.readAt) : shown.readAt,
    trouble,
  };
};
