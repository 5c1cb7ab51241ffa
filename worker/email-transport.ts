// Builds the transport of e-mails that the configuration names.
import { createMailboxTransport } from '#activities/email-mailbox.ts';
import { createResendTransport } from '#activities/email-resend.ts';
import { createSmtpTransport } from '#activities/email-smtp.ts';
import type { EmailTransport } from '#activities/email-transport.ts';
import type { Em } from '#db/orm.ts';
import type { EmailTransportConfig } from './email-env.ts';

export const createEmailTransport = (em: Em, config: EmailTransportConfig): EmailTransport => {
  switch (config.kind) {
    case 'resend':
      return createResendTransport(config);
    case 'smtp':
      return createSmtpTransport(config.url);
    case 'mailbox':
      return createMailboxTransport(em);
  }
};
