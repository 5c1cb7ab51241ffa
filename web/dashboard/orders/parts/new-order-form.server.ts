// The form of an order made by hand.
import { z } from 'zod';
import { text } from '#web/access/form-action.ts';

export const newOrderFields = z.object({
  do: z.literal('create'),
  once: z.uuid(),
  amount: text,
  pricing: text,
  description: text,
  orderId: text,
  minutes: text,
});

export type NewOrderForm = z.output<typeof newOrderFields>;
