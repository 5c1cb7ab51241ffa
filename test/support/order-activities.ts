// The real activities of orders, webhooks and e-mails over a test's database; e-mails end in a mailbox there.
import { createEmailActivities } from '#activities/email.ts';
import { createMailboxTransport } from '#activities/email-mailbox.ts';
import type { EmailTransport } from '#activities/email-transport.ts';
import { createIntentActivities } from '#activities/intent.ts';
import { createWebhookActivities } from '#activities/webhook.ts';
import type { Em } from '#db/orm.ts';
import type { Address } from '#domain/address.ts';
import { createStaticScreening } from '#domain/screening.ts';
import type { RenderEmail } from '#emails/render-email.ts';
import { loadEmailTemplates } from '#worker/email-templates.ts';
import { TEST_MASTER_KEYS } from './intents.ts';

export interface OrderActivityOptions {
  /** Payers that screening denies. */
  denyList?: readonly Address[];
  maxInFlightPerStore?: number;
  /** Stands before the mailbox that takes the e-mails. */
  wrapTransport?: (mailbox: EmailTransport) => EmailTransport;
  /** Stands before the templates. */
  wrapRender?: (render: RenderEmail) => RenderEmail;
}

const asIs = <T>(value: T): T => value;

export const orderActivities = async (
  em: Em,
  { denyList = [], maxInFlightPerStore = 4, wrapTransport = asIs, wrapRender = asIs }: OrderActivityOptions = {},
) => ({
  intents: createIntentActivities({ em, screening: createStaticScreening(denyList) }),
  webhooks: createWebhookActivities({
    em,
    masterKeys: TEST_MASTER_KEYS,
    allowedRanges: ['127.0.0.0/8'],
    requireHttps: false,
    maxInFlightPerStore,
    maxInFlightPerEndpoint: maxInFlightPerStore,
  }),
  emails: createEmailActivities({
    em,
    transport: wrapTransport(createMailboxTransport(em)),
    renderEmail: wrapRender(await loadEmailTemplates(false)),
    from: 'no-reply@pay.example',
    publicUrl: 'https://pay.example',
  }),
});
