// Whether React has taken over the page that the server rendered.
import { useEffect, useState } from 'react';

/** False on the server and until hydration. */
export const useHydrated = (): boolean => {
  const [hydrated, setHydrated] = useState(false);
  useEffect(() => setHydrated(true), []);
  return hydrated;
};
