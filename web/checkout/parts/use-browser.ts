// Binds the open checkout to this browser, unless another was first.
import { useEffect, useState } from 'react';
import type { BrowserReply } from '../pages/browser.ts';

/** True when another browser opened the checkout first. A request that fails changes nothing: the forms ask again. */
export const useIsElsewhere = (id: string): boolean => {
  const [isElsewhere, setElsewhere] = useState(false);
  useEffect(() => {
    const asked = new AbortController();
    fetch(`/checkout/${id}/browser`, { method: 'POST', credentials: 'same-origin', signal: asked.signal })
      .then(async (response) => response.ok && setElsewhere(!((await response.json()) as BrowserReply).isOurs))
      .catch(() => {});
    return () => asked.abort();
  }, [id]);
  return isElsewhere;
};
