// `POST /mail/resend-events`: what became of messages after Resend took them. Signed; anything else is refused alike. A repeated
// event changes nothing, so that no list of ids has to be kept.
import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { recordEmailDelivery } from '#db/delivery/email-delivery.ts';
import type { Orm } from '#db/orm.ts';
import { isSvixSignatureValid } from './svix-signature.ts';

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
    const header = (name: string): string | undefined => {
      const value = request.headers[name];
      return typeof value === 'string' ? value : undefined;
    };
    const headers = {
      id: header('svix-id'),
      timestamp: header('svix-timestamp'),
      signature: header('svix-signature'),
    };
    if (!isSvixSignatureValid(secret, headers, body, Date.now()))
      return reply.code(401).send({ error: 'bad signature' });
    const event = eventSchema.safeParse(parse(body));
    const type = event.success ? event.data.type : '';
    // Other events (sent, opened, …) are taken and forgotten; an answer that is no 2xx would bring them back for days.
    if (!event.success || !isFate(type)) return { taken: false };
    const { email_id: providerId, bounce } = event.data.data;
    // A mailbox that is full today comes back tomorrow: no reason to never write again.
    if (type === 'email.bounced' && bounce?.type === 'Transient') return { taken: false };
    const known = await recordEmailDelivery(
      orm.em,
      providerId,
      DELIVERY_STATUSES[type],
      reasonOf(type, bounce?.message),
    );
    if (known) return { taken: true };
    // Our own mark may be a moment behind: Resend tries again.
    return reply.code(404).send({ error: 'unknown message' });
  });
};

const isFate = (type: string): type is keyof typeof DELIVERY_STATUSES => Object.hasOwn(DELIVERY_STATUSES, type);

const reasonOf = (type: keyof typeof DELIVERY_STATUSES, message: string | undefined): string | null => {
  if (type === 'email.delivered') return null;
  if (type === 'email.complained') return 'marked as spam by the recipient';
  return `came back: ${(message ?? 'no reason given').replace(/\p{Cc}+/gu, ' ').slice(0, REASON_MAX)}`;
};

const parse = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
};
