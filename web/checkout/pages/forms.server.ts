// What the fields of the checkout's forms must hold, checked on the server: the shopper's page loads no zod.
import type { Submission } from '@conform-to/react';
import { parseWithZod } from '@conform-to/zod/v4';
import { z } from 'zod';
import { emailAddressOf } from '#domain/email-address.ts';

/** Whether the text holds a transaction hash is one of the claim's findings. */
const claimForm = z.object({ hash: z.string().trim().max(512).default('') });

const receiptForm = z.object({
  email: z.string().overwrite(emailAddressOf).max(254).default('').pipe(z.email()),
});

/** What is wrong with an address is one of the service's results. */
const refundAddressForm = z.object({
  address: z.string().max(64).default(''),
  repeated: z.string().max(64).default(''),
  hash: z.string().max(512).default(''),
});

export const parseRefundAddressForm = (form: FormData): Submission<z.output<typeof refundAddressForm>> =>
  parseWithZod(form, { schema: refundAddressForm, disableAutoCoercion: true });

export const parseClaimForm = (form: FormData): Submission<z.output<typeof claimForm>> =>
  parseWithZod(form, { schema: claimForm, disableAutoCoercion: true });

export const parseReceiptForm = (form: FormData): Submission<z.output<typeof receiptForm>> =>
  parseWithZod(form, { schema: receiptForm, disableAutoCoercion: true });
