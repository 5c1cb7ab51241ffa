// The worker's e-mail configuration: transport, sender and the base URL of links.
import { z } from 'zod';
import type { Env } from '#domain/config.ts';
import { ConfigError } from '#domain/errors.ts';

export type EmailTransportConfig =
  | { kind: 'resend'; apiKey: string; baseUrl: string }
  | { kind: 'smtp'; url: string }
  | { kind: 'mailbox' };

export interface EmailConfig {
  transport: EmailTransportConfig;
  /** The sender, as `Name <address>`. */
  from: string;
  /** Base URL of the web server, for links; no slash at the end. */
  publicUrl: string;
}

const webUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .transform((url) => url.replace(/\/+$/, ''));

const schema = z.object({
  EMAIL_TRANSPORT: z.enum(['resend', 'smtp', 'mailbox'], { error: 'must be resend, smtp or mailbox' }).optional(),
  EMAIL_FROM: z
    .string()
    .regex(/^[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/, 'must be address@host, or Name <address@host>')
    .optional(),
  RESEND_API_KEY: z.string().optional(),
  RESEND_BASE_URL: webUrl.default('https://api.resend.com'),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' }).optional(),
  PUBLIC_URL: webUrl.optional(),
});

/** Throws ConfigError that names the variable and the reason, never the value. Empty variables count as unset. */
export const readEmailConfig = (env: Env, production: boolean): EmailConfig => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new ConfigError(`${String(issue?.path[0])}: ${issue?.message}`);
  }
  const values = result.data;
  const needed = <T>(name: keyof typeof values, value: T | undefined, why: string): T => {
    if (value === undefined) throw new ConfigError(`${name}: is needed ${why}`);
    return value;
  };
  const kind = production
    ? needed('EMAIL_TRANSPORT', values.EMAIL_TRANSPORT, 'in production: resend or smtp')
    : (values.EMAIL_TRANSPORT ?? 'mailbox');
  if (production && kind === 'mailbox') {
    throw new ConfigError('EMAIL_TRANSPORT: mailbox is for development: it delivers to nobody');
  }
  const from =
    kind === 'mailbox' ? (values.EMAIL_FROM ?? 'AllScale Checkout <no-reply@checkout.test>') : values.EMAIL_FROM;
  return {
    transport:
      kind === 'resend'
        ? {
            kind,
            apiKey: needed('RESEND_API_KEY', values.RESEND_API_KEY, 'for resend'),
            baseUrl: values.RESEND_BASE_URL,
          }
        : kind === 'smtp'
          ? { kind, url: needed('SMTP_URL', values.SMTP_URL, 'for smtp') }
          : { kind },
    from: needed('EMAIL_FROM', from, `for ${kind}`),
    publicUrl: production
      ? needed('PUBLIC_URL', values.PUBLIC_URL, 'in production: e-mails link to it')
      : (values.PUBLIC_URL ?? 'http://localhost:3000'),
  };
};
