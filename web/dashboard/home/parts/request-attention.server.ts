// What waits in a request's store. Its frame and Home both show it: it is read once in a request.
import type { AppLoadContext } from '@remix-run/node';
import type { AttentionView } from '../server/home-types.ts';

/** Remix passes the same context to all loaders of a request. */
const reads = new WeakMap<AppLoadContext, Promise<AttentionView>>();

/** @param store the one that the request is about */
export const requestAttention = (
  context: AppLoadContext,
  store: { id: string; merchantId: string },
): Promise<AttentionView> => {
  const known = reads.get(context);
  if (known) return known;
  const read = context.dashboard.home.attention(store);
  reads.set(context, read);
  return read;
};
