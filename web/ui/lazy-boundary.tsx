// The boundary around a component whose script loads later (`lazy`). The server has rendered it, so it is on the screen before its
// script is there. React 18 throws that away, with error #421, when the boundary gets an urgent update meanwhile: an event, a timer
// or a click above it is enough, and a click inside it then stops the whole page (#345). Here every update from above reaches the
// boundary as one that can wait until the script has loaded; the page around it is updated at once.
// The linter allows `Suspense` and `lazy` in this file only.
import { lazy, type ReactNode, Suspense, useDeferredValue } from 'react';

interface LazyBoundaryProps {
  /** Shown while the script of a component loads that the server did not render. */
  fallback: ReactNode;
  children: ReactNode;
}

export function LazyBoundary({ fallback, children }: LazyBoundaryProps) {
  // The whole element: a boundary that is created again counts as updated, whatever is in it.
  return useDeferredValue(<Suspense fallback={fallback}>{children}</Suspense>);
}

const AGAIN_KEY = 'loaded-again-at';
/** A script that is missing on the page loaded again, too, is missing for good. */
const AGAIN_WINDOW_MS = 60_000;
/** A page that is being left loses its scripts' requests as well, and must not be loaded again. */
const LEAVING_MS = 1_000;

/**
 * A component whose script loads when it is first shown, inside a `LazyBoundary`. Where the script cannot be had, because a new release
 * replaced it while the page was open or the connection failed, the whole page is loaded again, once a minute at most: browsers
 * remember that a script failed. The second failure goes to the page's error boundary.
 */
export const lazyScript: typeof lazy = (load) => lazy(() => load().catch(loadPageAgain));

const loadPageAgain = async (error: unknown): Promise<never> => {
  await new Promise((resolve) => setTimeout(resolve, LEAVING_MS));
  // Without a store nothing says that the page was loaded again already: storage throws where it is forbidden.
  const before = Number(sessionStorage.getItem(AGAIN_KEY));
  if (Date.now() - before < AGAIN_WINDOW_MS) throw error;
  sessionStorage.setItem(AGAIN_KEY, String(Date.now()));
  location.reload();
  return await new Promise<never>(() => {});
};
