// Sends e-mails through a mail server. SMTP has no idempotency: when the reply to a message is lost, nobody knows whether the
// server accepted it. It is then sent again, byte for byte, under the same Message-ID. Mail programs and large providers show
// only one of the copies. A message that never arrives would be worse (docs/decisions/0044-sending-e-mails.md).
import nodemailer from 'nodemailer';
import { type EmailTransport, type OutgoingEmail, SendFailure } from './email-transport.ts';

const CONNECTIONS = 5;
const CONNECT_MS = 15_000;
/** How long to wait for the server to accept a message. Long, because hanging up early sends twice (RFC 5321 section 4.5.3.2.6). */
const RESPONSE_TIMEOUT_MS = 300_000;

/** @param url `smtp://user:password@host:587`, `smtps://…`, with nodemailer's options as its query */
export const createSmtpTransport = (url: string): EmailTransport => {
  const server = nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: RESPONSE_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    name: 'smtp',
    intervalMs: null,
    async send(email) {
      try {
        const { messageId } = await server.sendMail(messageOf(email));
        return { providerId: messageId };
      } catch (error) {
        throw failureOf(error as SmtpError);
      }
    },
    async close() {
      server.close();
    },
  };
};

/** Uses neither randomness nor a clock: a repeated message has the same bytes. */
export const messageOf = ({ id, from, to, subject, html, text, headers, attachments, createdAt }: OutgoingEmail) => ({
  from,
  to,
  subject,
  html,
  text,
  headers,
  date: createdAt,
  messageId: `<${id}@${from.replace(/^.*@|>$/g, '')}>`,
  baseBoundary: id,
  attachments: attachments.map(({ filename, contentType, content }) => ({ filename, contentType, content })),
});

interface SmtpError extends Error {
  /** Nodemailer's kind of failure. */
  code?: string;
  /** The server's reply code. */
  responseCode?: number;
}

/** 5xx for the envelope or the content is final. A rejected log-in is for the operator to fix. */
const failureOf = (error: SmtpError): SendFailure => {
  const { code, responseCode } = error;
  const isFinal = (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== undefined && responseCode >= 500;
  const message =
    responseCode === undefined
      ? `The mail server could not be reached (${code ?? error.name})`
      : `The mail server returned ${responseCode}`;
  return new SendFailure(message, { isWorthRetrying: !isFinal }, { cause: error });
};
