// How the response of a webhook receiver is judged, by its status alone, and the states of a delivery.

/** Of a webhook, and of a delivery to an endpoint. `disabled`: not sent, because there was no receiver or it was stopped. */
export const DELIVERY_STATES = ['pending', 'delivered', 'failed', 'disabled'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Whether an event counts as delivered: 2xx, or 409, which means "already processed" (docs/open-api.md section 6). */
export const isAcceptance = (status: number): boolean => (status >= 200 && status < 300) || status === 409;

/** How an attempt is described, in logs, lists and e-mails. */
export const describeResponse = (status: number | null): string => `the receiver responded with ${status}`;
