// Wakes the server-rendered page up in the browser.
import { RemixBrowser } from '@remix-run/react';
import { StrictMode, startTransition, useInsertionEffect } from 'react';
import { hydrateRoot } from 'react-dom/client';

/**
 * Remix sets the new location in its outermost component as an urgent update, whose context reaches every part of the page. A part
 * that the server rendered and whose script still loads would be thrown away (ui/lazy-boundary.tsx). As a transition it waits.
 */
function PageBrowser() {
  // Before the layout effect in which Remix subscribes.
  useInsertionEffect(() => {
    const router = window.__remixRouter;
    const subscribe = router.subscribe.bind(router);
    router.subscribe = (listener) => subscribe((...change) => startTransition(() => listener(...change)));
    return () => {
      router.subscribe = subscribe;
    };
  }, []);
  return <RemixBrowser />;
}

startTransition(() => {
  hydrateRoot(
    document,
    <StrictMode>
      <PageBrowser />
    </StrictMode>,
  );
});
