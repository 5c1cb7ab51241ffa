// Reloads a page's data while an attempt at a delivery is due.
import { useRevalidator } from '@remix-run/react';
import { useEffect } from 'react';

/** A page waits for an attempt that is due within this time. */
const SOON_MS = 60_000;
const RELOAD_MS = 1_500;

/** @param nextAttemptAt ISO-8601 */
export const isDueSoon = ({ state, nextAttemptAt }: { state: string; nextAttemptAt: string | null }): boolean =>
  state === 'pending' && (nextAttemptAt === null || Date.parse(nextAttemptAt) < Date.now() + SOON_MS);

export const useReload = (isDue: boolean): void => {
  const { revalidate, state } = useRevalidator();
  useEffect(() => {
    if (!isDue || state !== 'idle') return;
    const timer = setTimeout(revalidate, RELOAD_MS);
    return () => clearTimeout(timer);
  }, [isDue, state, revalidate]);
};
