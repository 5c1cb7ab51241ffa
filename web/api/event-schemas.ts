// The wire types of events as zod schemas, like schemas.ts.
import { z } from 'zod';
import { ORDER_EVENT_TYPES } from '#domain/order-events.ts';
import { limit, once, withoutEmpty } from './list-schemas.ts';
import { EVENTS_EXAMPLE } from './openapi-examples.ts';
import { because } from './reasons.ts';

export const eventsQuery = z.preprocess(
  withoutEmpty,
  z.object({
    after: once()
      .refine((text) => /^-?\d+$/.test(text), because('not_an_integer'))
      .refine((text) => !text.startsWith('-'), because('too_small'))
      // Longer numbers are not exact in JSON, where `last_sequence` repeats it.
      .refine((text) => text.length <= 15, because('too_large'))
      .meta({ type: 'integer', minimum: 0, maximum: 999_999_999_999_999, default: 0 })
      .optional()
      .describe('The `sequence` of the last event that you have processed; 0 for the first.'),
    limit,
  }),
);

const event = z.strictObject({
  sequence: z.int().describe('Its number among the store’s events. Higher is later.'),
  event_id: z.string().describe('`evt_…`, as `webhook_id` in the body.'),
  event_type: z.enum(ORDER_EVENT_TYPES),
  all_scale_checkout_intent_id: z.string(),
  created_at: z.string().meta({ format: 'date-time' }),
  data: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('The body of the webhook. Null when the order’s personal data was erased.'),
});

export const eventsPayload = z
  .strictObject({
    events: z
      .array(event)
      .describe('By `sequence`, without gaps in what you read: none is added before one that you have seen.'),
    last_sequence: z.int().describe('`after` of the next call: that of the last event here, or the one that you sent.'),
    has_more: z.boolean().describe('There are later events: ask again at once.'),
  })
  .meta({ examples: [EVENTS_EXAMPLE] });
