// `POST /mail/resend-events`: deliveries, bounces and complaints, as Resend's signed webhooks report them. A repeated event
// changes nothing, so no list of event ids is kept.
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyPluginAsync } from 'fastify';
import { Resend } from 'resend';
import { z } from 'zod';
import { recordEmailDelivery } from '#db/delivery/email-delivery.ts';
import type { Orm } from '#db/orm.ts';

export interface ResendEventsOptions {
  orm: Orm;
  /** `whsec_…`, from Resend's dashboard. */
  secret: string;
}

const DELIVERY_STATUSES = {
  'email.delivered': 'delivered',
  'email.bounced': 'bounced',
  'email.complained': 'complained',
} as const;

const eventSchema = z.object({
  type: z.string(),
  data: z.object({
    email_id: z.string().min(1).max(200),
    bounce: z.object({ message: z.string().optional(), type: z.string().optional() }).optional(),
  }),
});

const REASON_MAX = 300;

export const resendEvents: FastifyPluginAsync<ResendEventsOptions> = async (app, { orm, secret }) => {
  app.post('/mail/resend-events', { schema: { hide: true } }, async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const verified = verify(secret, request.headers, body.toString('utf8'));
    if (!verified.ok) return reply.code(401).send({ error: 'bad signature' });
    const event = eventSchema.safeParse(verified.event);
    const type = event.success ? event.data.type : '';
    // Accepts other events (sent, opened, …) and ignores them: Resend repeats what gets no 2xx for days.
    if (!event.success || !isDeliveryEvent(type)) return { taken: false };
    const { email_id: providerId, bounce } = event.data.data;
    // A full mailbox, for example: later messages may arrive.
    if (type === 'email.bounced' && bounce?.type === 'Transient') return { taken: false };
    const known = await recordEmailDelivery(
      orm.em,
      providerId,
      DELIVERY_STATUSES[type],
      reasonOf(type, bounce?.message),
    );
    if (known) return { taken: true };
    // The worker may not have stored Resend's id yet: Resend retries.
    return reply.code(404).send({ error: 'unknown message' });
  });
};

const isDeliveryEvent = (type: string): type is keyof typeof DELIVERY_STATUSES =>
  Object.hasOwn(DELIVERY_STATUSES, type);

const reasonOf = (type: keyof typeof DELIVERY_STATUSES, message: string | undefined): string | null => {
  if (type === 'email.delivered') return null;
  if (type === 'email.complained') return 'marked as spam by the recipient';
  return `bounced: ${(message ?? 'no reason given').replace(/\p{Cc}+/gu, ' ').slice(0, REASON_MAX)}`;
};

/** Verification needs only the webhook secret; the package wants some API key. */
const { webhooks } = new Resend('none');

type Verified = { ok: true; event: unknown } | { ok: false };

/** Rejects a missing or wrong signature, and a timestamp more than five minutes off. */
const verify = (secret: string, headers: IncomingHttpHeaders, payload: string): Verified => {
  const header = (name: string): string => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  };
  const signed = { id: header('svix-id'), timestamp: header('svix-timestamp'), signature: header('svix-signature') };
  try {
    return { ok: true, event: webhooks.verify({ payload, headers: signed, webhookSecret: secret }) };
  } catch {
    return { ok: false };
  }
};
