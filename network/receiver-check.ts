// What is known about a webhook URL before it is saved: whether deliveries may call it at all, and whether anything responds there.
// The guard and the sender are those of the deliveries.
import { NoResponse, postToReceiver, targetOf } from './post-to-receiver.ts';
import { checkReceiver, type Names, type ReceiverPolicy, ReceiverRejected } from './receiver-guard.ts';

/** Why no delivery will ever be sent to a URL. */
export type UrlRejection = 'not_https' | 'not_public';

/** What a request without a signature met. */
export type ReceiverFinding =
  | { kind: 'rejected'; reason: UrlRejection }
  /** Nothing was called: the name has no address (yet), or its servers did not respond. */
  | { kind: 'not_found' }
  /** No connection, or no response in time. */
  | { kind: 'no_answer' }
  | { kind: 'answered'; status: number };

export interface ReceiverCheck {
  /** Resolves the name, and calls nothing. Null: deliveries may call the URL, now or once its name is found. */
  rejectionOf(url: string): Promise<UrlRejection | null>;
  /** Posts `{}` without a signature to the URL, within five seconds. No redirect is followed, and no body returned. */
  probe(url: string): Promise<ReceiverFinding>;
}

const TOTAL_MS = 5_000;
/** Nothing in it can be taken for a payment, and a receiver that checks signatures rejects it. */
const BODY = '{}';
const HEADERS = {
  'Content-Type': 'application/json',
  'Content-Length': String(BODY.length),
  'User-Agent': 'AllScale-Checkout-Webhook/1',
};

/** @param url accepted by `webhookAddressProblem` @param resolve absent: the system's resolver */
export const createReceiverCheck = (
  policy: ReceiverPolicy,
  { resolve, totalMs = TOTAL_MS }: { resolve?: Names['resolve']; totalMs?: number } = {},
): ReceiverCheck => {
  const check = (url: string) => checkReceiver(url, policy, { ...(resolve ? { resolve } : {}), timeoutMs: totalMs });
  return {
    async rejectionOf(url) {
      try {
        await check(url);
        return null;
      } catch (error) {
        return rejectionIn(error);
      }
    },
    async probe(url) {
      const started = performance.now();
      let receiver: Awaited<ReturnType<typeof check>>;
      try {
        receiver = await check(url);
      } catch (error) {
        const reason = rejectionIn(error);
        return reason ? { kind: 'rejected', reason } : { kind: 'not_found' };
      }
      const leftMs = Math.max(totalMs - (performance.now() - started), 1);
      try {
        const limits = { connectMs: leftMs, totalMs: leftMs };
        const { status } = await postToReceiver(receiver, targetOf(url), HEADERS, BODY, limits);
        return { kind: 'answered', status };
      } catch (error) {
        if (!(error instanceof NoResponse)) throw error;
        return { kind: 'no_answer' };
      }
    },
  };
};

const rejectionIn = (error: unknown): UrlRejection | null =>
  error instanceof ReceiverRejected && error.reason !== 'other' ? error.reason : null;
