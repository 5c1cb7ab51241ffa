// Shows that a navigation is in progress: a thin line across the top, and a text for screen readers. Only after a delay, so that
// fast pages do not flicker.
import { useNavigation } from '@remix-run/react';
import { useEffect, useState } from 'react';

const AFTER_MS = 400;

export function PageProgress() {
  const under = useNavigation().state !== 'idle';
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!under) return setLate(false);
    const timer = setTimeout(() => setLate(true), AFTER_MS);
    return () => clearTimeout(timer);
  }, [under]);
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 top-0 z-30">
      {late ? (
        <>
          <span className="sr-only">Loading…</span>
          <div className="h-1 overflow-hidden bg-brand-tint">
            <div className="page-progress h-full bg-brand" />
          </div>
        </>
      ) : null}
    </div>
  );
}
