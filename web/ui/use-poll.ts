// Polls a JSON route of a logged-in page, and says when the page is no longer kept current. A route that may no longer be read reads the
// page again, which then says why, and polls no more.
import { useRevalidator } from '@remix-run/react';
import { useEffect, useRef, useState } from 'react';
import { startPoller } from './poller.ts';

const MAX_DELAY_MS = 60_000;
/** One lost response is not worth a message. */
const FAILURES_BEFORE_TROUBLE = 2;

/** Why a page is not kept current. */
export type Trouble = 'logged-out' | 'failing';

class LoggedOut extends Error {}
class Denied extends Error {}

const readJson = async (url: string, signal: AbortSignal): Promise<unknown> => {
  // These routes redirect to nothing but the log-in.
  const response = await fetch(url, { signal, redirect: 'manual' });
  if (response.type === 'opaqueredirect' || response.status === 401) throw new LoggedOut();
  if (response.status === 403 || response.status === 404) throw new Denied();
  if (!response.ok) throw new Error(`${url} responded with ${response.status}`);
  return await response.json();
};

/**
 * @param url null to read nothing
 * @param onResponse the callback of the render in which the request was sent: it knows what was shown then
 * @returns what is wrong now, or null
 */
export const usePoll = <Response>(
  url: string | null,
  everyMs: number,
  onResponse: (response: Response) => void,
): Trouble | null => {
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const callback = useRef(onResponse);
  const { revalidate } = useRevalidator();
  const readPage = useRef(revalidate);
  useEffect(() => {
    callback.current = onResponse;
    readPage.current = revalidate;
  });

  useEffect(() => {
    if (url === null) return;
    let failures = 0;
    const poller = startPoller({
      async read(signal) {
        const apply = callback.current;
        const response = (await readJson(url, signal)) as Response;
        return () => apply(response);
      },
      onRead(apply) {
        failures = 0;
        setTrouble(null);
        apply();
      },
      onFailure(error) {
        failures += 1;
        if (error instanceof Denied) readPage.current();
        if (error instanceof LoggedOut) setTrouble('logged-out');
        else if (failures >= FAILURES_BEFORE_TROUBLE) setTrouble('failing');
      },
      delayMs: () => Math.min(everyMs * 2 ** failures, MAX_DELAY_MS),
    });
    return () => poller.stop();
  }, [url, everyMs]);
  return url === null ? null : trouble;
};
