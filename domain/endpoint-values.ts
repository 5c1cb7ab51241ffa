// What a webhook endpoint can be: the rules of its values, for the API and the dashboard alike. Each names its reason, which the API sends
// and the dashboard explains.
import { ENDPOINT_EVENT_TYPES, type EndpointEventType } from './order-events.ts';
import { characterCount, isShownLine } from './text.ts';
import type { ValidationReason } from './validation-reasons.ts';
import { webhookAddressProblem } from './web-address.ts';

/** Characters. */
export const MAX_ENDPOINT_URL = 2_048;
export const MAX_ENDPOINT_DESCRIPTION = 100;

/** Undefined for a URL that can be posted to. Whether it leads to a public address is for network/receiver-check.ts. */
export const endpointUrlReason = (text: string): ValidationReason | undefined => {
  if (text.length > MAX_ENDPOINT_URL) return 'too_long';
  return webhookAddressProblem(text) === undefined ? undefined : 'not_a_webhook_url';
};

/** Undefined for a text that can be kept; empty is none. */
export const endpointDescriptionReason = (text: string): ValidationReason | undefined => {
  if (characterCount(text) > MAX_ENDPOINT_DESCRIPTION) return 'too_long';
  return isShownLine(text) ? undefined : 'bad_text';
};

export const isEndpointEventType = (text: string): text is EndpointEventType =>
  ENDPOINT_EVENT_TYPES.some((known) => known === text);
