// The form of an endpoint: what was typed, by the rules that the API has too (domain/endpoint-values.ts).
import { z } from 'zod';
import { endpointDescriptionReason, endpointUrlReason, isEndpointEventType } from '#domain/endpoint-values.ts';
import { ENDPOINT_EVENT_TYPES } from '#domain/order-events.ts';
import { VALIDATION_SENTENCES, type ValidationReason } from '#domain/validation-reasons.ts';
import { ruledBy } from '#web/api/reasons.ts';

const ruledBySentence = (reasonOf: (text: string) => ValidationReason | undefined) =>
  ruledBy(reasonOf, (reason) => VALIDATION_SENTENCES[reason]);

const typed = z
  .string()
  .default('')
  .transform((text) => text.trim());

export const endpointForm = z.object({
  url: typed.pipe(
    z
      .string()
      .refine((text) => text !== '', { error: 'is needed: where are the events posted to?', abort: true })
      .check(ruledBySentence(endpointUrlReason)),
  ),
  description: typed
    .pipe(z.string().check(ruledBySentence(endpointDescriptionReason)))
    .transform((text) => text || null),
  eventTypes: z
    .preprocess((value) => [value ?? []].flat(), z.array(z.string()))
    .refine((types) => types.every(isEndpointEventType), VALIDATION_SENTENCES.unknown_event)
    .transform((types) => ENDPOINT_EVENT_TYPES.filter((type) => types.includes(type)))
    .refine((types) => types.length > 0, 'select at least one event'),
});
