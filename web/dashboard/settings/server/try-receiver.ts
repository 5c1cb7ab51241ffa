// What a new receiver's URL meets when it is saved (decision 0084): the webhook URL of the settings, and webhook endpoints.
import type { ReceiverCheck, UrlRejection } from '#network/receiver-check.ts';
import type { ReceiverAnswer } from './settings-types.ts';

const URL_PROBLEMS: Record<UrlRejection, string> = {
  not_https: 'must begin with https://',
  not_public: 'leads to a private network address, which webhooks are never sent to: it must lead to a public one',
};

/** Calls a URL once. A problem: nothing will ever be delivered to it. */
export const tryReceiver = async (
  receivers: ReceiverCheck,
  url: string,
): Promise<ReceiverAnswer | { problem: string }> => {
  const found = await receivers.probe(url);
  switch (found.kind) {
    case 'rejected':
      return { problem: URL_PROBLEMS[found.reason] };
    case 'not_found':
      return 'not-found';
    case 'no_answer':
      return 'no-answer';
    case 'answered':
      return `status-${found.status}`;
  }
};
