// The boundary around a component whose script loads later (`lazy`). The server has rendered it, so it is on the screen before its
// script is there. React 18 throws that away, with error #421, when the boundary gets an urgent update meanwhile: an event, a timer
// or a click above it is enough, and a click inside it then stops the whole page (#345). Here every update from above reaches the
// boundary as one that can wait until the script has loaded; the page around it is updated at once.
// The linter allows `Suspense` in this file only.
import { type ReactNode, Suspense, useDeferredValue } from 'react';

interface LazyBoundaryProps {
  /** Shown while the script of a component loads that the server did not render. */
  fallback: ReactNode;
  children: ReactNode;
}

export function LazyBoundary({ fallback, children }: LazyBoundaryProps) {
  // The whole element: a boundary that is created again counts as updated, whatever is in it.
  return useDeferredValue(<Suspense fallback={fallback}>{children}</Suspense>);
}
