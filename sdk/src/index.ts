// The public API of the package.
export { AllScaleClient, type AllScaleClientOptions, type CreateOptions } from './client.ts';
export { AllScaleApiError, AllScaleUnreachableError, ErrorCode } from './errors.ts';
export {
  type CheckoutIntent,
  type CheckoutRequest,
  type ConfirmedEvent,
  type CreatedCheckout,
  Currency,
  IntentStatus,
  isFinal,
  PaymentMethod,
  type Refund,
  type RefundedEvent,
  type RefundRequest,
  RefundStatus,
  type Refunds,
  StableCoin,
  type TestEvent,
  type WebhookEvent,
} from './types.ts';
export {
  type ReceivedWebhook,
  verifyWebhook,
  type WebhookCheck,
  type WebhookKey,
  type WebhookProblem,
} from './webhook.ts';
