// The wire types of webhook endpoints as zod schemas, like schemas.ts.
import { z } from 'zod';
import { MAX_SECRET_WAIT_SECONDS } from '#db/endpoints/endpoint-secrets.ts';
import {
  endpointDescriptionReason,
  endpointUrlReason,
  isEndpointEventType,
  MAX_ENDPOINT_DESCRIPTION,
  MAX_ENDPOINT_URL,
} from '#domain/endpoint-values.ts';
import { ENDPOINT_EVENT_TYPES, type EndpointEventType } from '#domain/order-events.ts';
import type { ValidationReason } from '#domain/validation-reasons.ts';
import { TEST_EVENT } from '#domain/webhook-body.ts';
import { DELIVERY_STATES, type DeliveryState } from '#domain/webhook-response.ts';
import { limit, once, withoutEmpty } from './list-schemas.ts';
import { DELIVERY_EXAMPLE, ENDPOINT_EXAMPLE } from './openapi-examples.ts';
import { because, ruledBy } from './reasons.ts';

const url = z
  .string({ error: ({ input }): ValidationReason => (input === undefined ? 'required' : 'not_a_string') })
  .check(ruledBy(endpointUrlReason))
  .meta({ format: 'uri', maxLength: MAX_ENDPOINT_URL })
  .describe(
    'Where events are posted: https to a public address (outside development), else `not_https` or `not_public`.',
  );

const eventTypes = z
  .array(z.string(because('not_a_string')), {
    error: ({ input }): ValidationReason => (input === undefined ? 'required' : 'not_a_list'),
  })
  .min(1, because('empty_list'))
  .max(ENDPOINT_EVENT_TYPES.length * 2, because('too_many'))
  .refine((types): types is EndpointEventType[] => types.every(isEndpointEventType), because('unknown_event'))
  .describe(`What it gets: ${ENDPOINT_EVENT_TYPES.join(', ')}.`);

const description = z
  .string(because('not_a_string'))
  .check(ruledBy(endpointDescriptionReason))
  .meta({ maxLength: MAX_ENDPOINT_DESCRIPTION })
  .describe('What you call it, in the dashboard; empty: nothing.');

const enabled = z.boolean(because('not_a_boolean')).describe('False: events are not sent to it.');

const example = { url: ENDPOINT_EXAMPLE.url, event_types: ENDPOINT_EXAMPLE.event_types };

/** Nulls count as absent. */
const withoutNulls = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && !Array.isArray(body)
    ? Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null))
    : body;

const newFields = z
  .object(
    { url, event_types: eventTypes, enabled: enabled.nullish(), description: description.nullish() },
    because('not_an_object'),
  )
  .meta({ examples: [example] });
export const newEndpointBody = z.preprocess(withoutNulls, newFields);

/** What becomes of a renewed secret that waits. */
export const NEXT_SECRET = ['use', 'discard'] as const;

const nextSecret = z
  .string(because('not_a_string'))
  .refine((text): text is (typeof NEXT_SECRET)[number] => NEXT_SECRET.some((one) => one === text), {
    error: 'unknown_choice' satisfies ValidationReason,
  })
  .meta({ enum: [...NEXT_SECRET] })
  .describe(
    '`use`: a renewed secret that waits signs from now on. `discard`: it never signs. Without one, nothing changes.',
  );

const changedFields = z
  .object(
    {
      url: url.nullish(),
      event_types: eventTypes.nullish(),
      enabled: enabled.nullish(),
      description: description.nullish(),
      next_secret: nextSecret.nullish(),
    },
    because('not_an_object'),
  )
  .meta({ examples: [{ enabled: false }] });
export const changedEndpointBody = z.preprocess(withoutNulls, changedFields);
export type EndpointBody = z.output<typeof changedFields>;

const members = {
  endpoint_id: z.string().describe('`whe_…`; `X-API-Key` of what is sent to it.'),
  url: z.string(),
  event_types: z.array(z.enum(ENDPOINT_EVENT_TYPES)),
  enabled: z.boolean(),
  gone_at: z
    .string()
    .nullable()
    .meta({ format: 'date-time' })
    .describe('When it responded with 410, which stops it. Null again once it is enabled or has a new URL.'),
  created_at: z.string().meta({ format: 'date-time' }),
  description: z.string().nullable(),
  next_secret_at: z
    .string()
    .nullable()
    .meta({ format: 'date-time' })
    .describe('When a renewed secret begins to sign. Null: none waits.'),
};

export const endpointPayload = z.strictObject(members).meta({ examples: [ENDPOINT_EXAMPLE] });

export const newEndpointPayload = z
  .strictObject({ ...members, secret: z.string().describe('Signs what is sent to it. Shown here only.') })
  .meta({ examples: [{ ...ENDPOINT_EXAMPLE, secret: 'st_…' }] });

export const endpointsPayload = z
  .strictObject({ webhook_endpoints: z.array(endpointPayload).describe('Oldest first.') })
  .meta({ examples: [{ webhook_endpoints: [ENDPOINT_EXAMPLE] }] });

export const deletedPayload = z.strictObject({ endpoint_id: z.string(), deleted: z.literal(true) });

const waitSeconds = z
  .int(because('not_an_integer'))
  .refine((seconds) => seconds >= 0, because('too_small'))
  .refine((seconds) => seconds <= MAX_SECRET_WAIT_SECONDS, because('too_large'))
  .meta({ minimum: 0, maximum: MAX_SECRET_WAIT_SECONDS, default: 0 })
  .describe(
    'After how many seconds the new secret signs; until then the old one does. 0: at once. At most three days.',
  );

export const renewSecretBody = z.preprocess(
  withoutNulls,
  z
    .object({ after_seconds: waitSeconds.nullish() }, because('not_an_object'))
    .meta({ examples: [{ after_seconds: 86_400 }] }),
);

export const deliveriesQuery = z.preprocess(
  withoutEmpty,
  z.object({
    limit,
    cursor: once().optional().describe('`next_cursor` of the page before. Keep the filter the same.'),
    state: once()
      .refine((text): text is DeliveryState => DELIVERY_STATES.some((one) => one === text), {
        error: 'unknown_choice' satisfies ValidationReason,
      })
      .meta({ enum: [...DELIVERY_STATES] })
      .optional()
      .describe('Only deliveries in this state. `disabled`: not sent, because the endpoint was stopped or deleted.'),
  }),
);

const nullableTime = z.string().nullable().meta({ format: 'date-time' });

const delivery = z.strictObject({
  delivery_id: z.string().describe('`whd_…`'),
  event_id: z.string().describe('`evt_…`, as `X-Webhook-Id` and in the list of events.'),
  event_type: z.enum([...ENDPOINT_EVENT_TYPES, TEST_EVENT]),
  all_scale_checkout_intent_id: z.string().nullable().describe('Null for a test event.'),
  state: z.enum(DELIVERY_STATES),
  attempts: z.int(),
  last_attempt_at: nullableTime,
  last_status: z.int().nullable().describe('HTTP status of the last response; null: there was none.'),
  last_error: z.string().nullable().describe('Why the last attempt failed.'),
  next_attempt_at: nullableTime,
  created_at: z.string().meta({ format: 'date-time' }),
});

export const deliveriesPayload = z
  .strictObject({
    deliveries: z.array(delivery).describe('Newest first.'),
    next_cursor: z.string().nullable().describe('`cursor` of the next page; null on the last one.'),
  })
  .meta({ examples: [{ deliveries: [DELIVERY_EXAMPLE], next_cursor: null }] });

export const redeliverBody = z
  .object(
    {
      delivery_id: z
        .string({ error: ({ input }): ValidationReason => (input === undefined ? 'required' : 'not_a_string') })
        .describe('`whd_…`, of this endpoint.'),
    },
    because('not_an_object'),
  )
  .meta({ examples: [{ delivery_id: DELIVERY_EXAMPLE.delivery_id }] });

export const startedPayload = z
  .strictObject({ delivery_id: z.string().describe('Its result is in the list of deliveries.') })
  .meta({ examples: [{ delivery_id: DELIVERY_EXAMPLE.delivery_id }] });
