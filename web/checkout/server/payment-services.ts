// What the checkout's pages can do besides showing a payment: cancel, "I already sent it", receipts, and the wallets' requests
// before and after they send. Each part is a file beside this one.

import type { AnnouncingMethod } from '#db/intents/announced-transactions.ts';
import type { Orm } from '#db/orm.ts';
import type { IntentId } from '#domain/ids.ts';
import type { AddressCheck } from '#domain/payable-address.ts';
import type { Screening } from '#domain/screening.ts';
import type { PaymentMethod } from '#domain/status.ts';
import type { TemporalSettings } from '#domain/temporal-settings.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';
import { type CancelRequest, type CancelResult, cancelCheckout, createCancel } from './cancel-service.ts';
import type { ClaimResult } from './claim-result.ts';
import { type Claim, checkKeptClaims, createClaimCheck } from './claim-service.ts';
import { announcePayment, type PayerResult, recordMethod, screenPayer } from './payer-service.ts';
import { createReceiptService, type ReceiptRequest, type ReceiptResult } from './receipt-service.ts';
import {
  createRefundAddressService,
  type RefundAddressOutcome,
  type RefundAddressRequest,
} from './refund-address-service.ts';
import { linkTemporal } from './temporal-client.ts';

export interface PaymentServices {
  /** The shopper's cancel; safe to repeat. Null when there is no such intent. */
  cancel(request: CancelRequest): Promise<CancelResult | null>;
  /** The same for the store's own people, who have their own limits. */
  cancelOrder(id: IntentId): Promise<CancelResult | null>;
  /** "I already sent it". Null when there is no such intent. */
  claim(claim: Claim): Promise<ClaimResult | null>;
  /** Before a wallet sends. Throws UserError for an invalid address. After any error nothing may be sent. */
  screenPayer(id: IntentId, address: string): Promise<PayerResult>;
  /** The shopper chose this way to pay. */
  recordMethod(id: IntentId, method: PaymentMethod): Promise<void>;
  /** A wallet or AllScale Pay has sent this. Throws UserError for an invalid hash. */
  announce(id: IntentId, announced: { txHash: string; method: AnnouncingMethod }): Promise<void>;
  /** A receipt by e-mail. Null when there is no such intent. */
  mailReceipt(request: ReceiptRequest): Promise<ReceiptResult | null>;
  /** Where the shopper wants a refund. Null when there is no such intent. */
  saveRefundAddress(request: RefundAddressRequest): Promise<RefundAddressOutcome | null>;
  /** Checks claims that were kept because the networks could not be asked. @returns how many */
  checkKeptClaims(): Promise<number>;
  close(): Promise<void>;
}

export interface PaymentServicesDeps {
  orm: Orm;
  pools: ChainPools;
  checkAddress: AddressCheck;
  temporal: TemporalSettings;
  screening: Screening;
}

export const createPaymentServices = ({
  orm,
  pools,
  temporal,
  screening,
  checkAddress,
}: PaymentServicesDeps): PaymentServices => {
  const link = linkTemporal(temporal);
  return {
    cancel: createCancel({ orm, temporal: link }),
    cancelOrder: (id) => cancelCheckout({ orm, temporal: link }, id),
    claim: createClaimCheck({ orm, pools }),
    screenPayer: (id, address) => screenPayer({ orm, screening }, id, address),
    recordMethod: (id, method) => recordMethod(orm, id, method),
    announce: (id, announced) => announcePayment({ orm, pools }, id, announced),
    mailReceipt: createReceiptService(orm),
    saveRefundAddress: createRefundAddressService(orm, checkAddress),
    checkKeptClaims: () => checkKeptClaims({ orm, pools }),
    close: () => link.close(),
  };
};
