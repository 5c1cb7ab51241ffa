// POST /v1/checkout_intents/ (docs/open-api.md section 4), with the optional header `Idempotency-Key`.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  type CreatedIntent,
  createIntent,
  type IdempotencyClaim,
  readClaimedIntent,
} from '#db/intents/create-intent.ts';
import { formatUnits } from '#domain/money.ts';
import { formatRate } from '#domain/pricing.ts';
import { nameOrder } from '#web/http/request-orders.ts';
import { callerOf, nonceWasSpent, spendCallerNonce } from '../authenticate.ts';
import type { ApiServices, Caller } from '../context.ts';
import { sendSuccess } from '../envelope.ts';
import { IDEMPOTENCY_HEADER, idempotencyClaim } from '../idempotency.ts';
import { readJsonBody, validationError } from '../json-body.ts';
import { responses } from '../openapi.ts';
import { priceIntent } from '../price-intent.ts';
import { type CreateBody, createBody, createPayload, LIMITS } from '../schemas.ts';

/** A new intent, or the one that this idempotency key created before. Spends the nonce. */
const intentFor = async (
  services: ApiServices,
  caller: Caller,
  claim: IdempotencyClaim | null,
  body: CreateBody,
  jsonText: string,
): Promise<CreatedIntent> => {
  const { key, nonce, nonceExpiresAt } = caller;
  const earlier = async (): Promise<CreatedIntent | undefined> => {
    const claimed = claim && (await readClaimedIntent(services.sql, key.storeId, claim.key));
    if (claimed && claimed.bodySha256 !== claim.bodySha256) throw validationError(IDEMPOTENCY_HEADER, 'reused');
    return claimed?.intent;
  };
  // Before pricing: a retry gets its response even when nothing new could be priced now.
  const known = await earlier();
  if (known) {
    await spendCallerNonce(services, caller);
    return known;
  }
  const intent = await priceIntent(services, key, body, jsonText);
  caller.nonceDue = false;
  const spent = { apiKeyId: key.apiKeyId, nonce, expiresAt: nonceExpiresAt };
  const outcome = claim
    ? await createIntent(services.sql, spent, intent, claim)
    : await services.createPlain({ nonce: spent, intent });
  if (outcome === 'nonce_spent') throw nonceWasSpent();
  if (outcome === 'created') {
    services.nudge.nudge();
    return intent;
  }
  const first = await earlier();
  if (!first) throw new Error(`Intent of a claimed idempotency key of store ${key.storeId} is missing`);
  return first;
};

export const createRoute =
  (services: ApiServices): FastifyPluginAsyncZod =>
  async (app) => {
    for (const url of ['/checkout_intents/', '/checkout_intents']) {
      app.post(
        url,
        {
          config: { spendsNonce: true },
          preValidation: readJsonBody,
          schema: {
            hide: !url.endsWith('/'),
            tags: ['Checkout intents'],
            summary: 'Create a checkout intent',
            description: `Works with and without the trailing slash. The optional header \`${IDEMPOTENCY_HEADER}\` (up to ${LIMITS.idempotencyKey} visible ASCII characters, scoped to the store, kept for ever) makes retries safe: the same key with the same body bytes returns the same intent. The same key with another body is rejected with 10001, reason \`reused\`.`,
            body: createBody,
            headers: z.looseObject({ 'idempotency-key': z.string().optional() }),
            response: responses(createPayload),
          },
        },
        async (request, reply) => {
          const caller = callerOf(request);
          const claim = idempotencyClaim(request, caller);
          const intent = await intentFor(services, caller, claim, request.body, request.jsonText);
          request.tracedIntent = intent.id;
          nameOrder(request, { id: intent.id, orderId: request.body.order_id ?? null });
          const payload: z.output<typeof createPayload> = {
            checkout_url: checkoutUrl(services, intent.id),
            allscale_checkout_intent_id: intent.id,
            amount_coins: formatUnits(intent.amountUnits),
            stable_coin_type: intent.stableCoin,
            rate: intent.rateE10 === null ? null : formatRate(intent.rateE10),
            accepted_stable_coins: [...intent.acceptedStableCoins],
          };
          return sendSuccess(request, reply, JSON.stringify(payload));
        },
      );
    }
  };

export const checkoutUrl = ({ publicUrl }: Pick<ApiServices, 'publicUrl'>, id: string): string =>
  `${publicUrl}/checkout/${id}`;
