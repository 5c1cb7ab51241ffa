// The public API of the package.
export { AllScaleClient, type AllScaleClientOptions, type CreateOptions } from './client.ts';
export { AllScaleApiError, AllScaleUnreachableError, ErrorCode } from './errors.ts';
export {
  type CheckoutFilter,
  type CheckoutIntent,
  type CheckoutPage,
  type CheckoutRequest,
  type ConfirmedEvent,
  type CreatedCheckout,
  Currency,
  type EventPage,
  IntentStatus,
  isFinal,
  type NoticeEvent,
  type OrderEvent,
  PaymentMethod,
  type Payments,
  type Refund,
  type RefundedEvent,
  type RefundRequest,
  RefundStatus,
  type Refunds,
  ReviewStatus,
  ReviewType,
  StableCoin,
  type TestEvent,
  type Transfer,
  TransferStatus,
  type WebhookEvent,
} from './types.ts';
export {
  type ReceivedWebhook,
  verifyWebhook,
  type WebhookCheck,
  type WebhookKey,
  type WebhookProblem,
} from './webhook.ts';
