// The wire types of webhook endpoints as zod schemas, like schemas.ts.
import { z } from 'zod';
import { ENDPOINT_EVENT_TYPES, type EndpointEventType } from '#domain/order-events.ts';
import type { ValidationReason } from '#domain/validation-reasons.ts';
import { webhookAddressProblem } from '#domain/web-address.ts';
import { ENDPOINT_EXAMPLE } from './openapi-examples.ts';
import { LIMITS } from './schemas.ts';

const because = (reason: ValidationReason) => ({ error: reason });

const url = z
  .string({ error: ({ input }): ValidationReason => (input === undefined ? 'required' : 'not_a_string') })
  .refine((text) => text.length <= LIMITS.url, because('too_long'))
  .refine((text) => webhookAddressProblem(text) === undefined, because('not_a_webhook_url'))
  .meta({ format: 'uri', maxLength: LIMITS.url })
  .describe(
    'Where events are posted: https to a public address (outside development), else `not_https` or `not_public`.',
  );

const eventTypes = z
  .array(z.string(because('not_a_string')), {
    error: ({ input }): ValidationReason => (input === undefined ? 'required' : 'not_a_list'),
  })
  .min(1, because('empty_list'))
  .max(ENDPOINT_EVENT_TYPES.length * 2, because('too_many'))
  .refine(
    (types): types is EndpointEventType[] =>
      types.every((type) => ENDPOINT_EVENT_TYPES.some((known) => known === type)),
    because('unknown_event'),
  )
  .describe(`What it gets: ${ENDPOINT_EVENT_TYPES.join(', ')}.`);

const enabled = z.boolean(because('not_a_boolean')).describe('False: events are not sent to it.');

const example = { url: ENDPOINT_EXAMPLE.url, event_types: ENDPOINT_EXAMPLE.event_types };

/** Nulls count as absent. */
const withoutNulls = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && !Array.isArray(body)
    ? Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null))
    : body;

const newFields = z
  .object({ url, event_types: eventTypes, enabled: enabled.nullish() }, because('not_an_object'))
  .meta({ examples: [example] });
export const newEndpointBody = z.preprocess(withoutNulls, newFields);

const changedFields = z
  .object(
    { url: url.nullish(), event_types: eventTypes.nullish(), enabled: enabled.nullish() },
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
};

export const endpointPayload = z.strictObject(members).meta({ examples: [ENDPOINT_EXAMPLE] });

export const newEndpointPayload = z
  .strictObject({ ...members, secret: z.string().describe('Signs what is sent to it. Shown here only.') })
  .meta({ examples: [{ ...ENDPOINT_EXAMPLE, secret: 'st_…' }] });

export const endpointsPayload = z
  .strictObject({ webhook_endpoints: z.array(endpointPayload).describe('Oldest first.') })
  .meta({ examples: [{ webhook_endpoints: [ENDPOINT_EXAMPLE] }] });

export const deletedPayload = z.strictObject({ endpoint_id: z.string(), deleted: z.literal(true) });
