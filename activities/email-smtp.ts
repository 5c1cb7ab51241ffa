// E-mails through a mail server. SMTP has no idempotency: when the answer to a message that was handed over is lost, nobody can
// tell whether it was taken. Then it is sent again, byte for byte, under the same Message-ID, by which mail programs and large
// providers show one; a merchant who never hears of a payment would be worse (decision 0044).
import nodemailer from 'nodemailer';
import { type EmailTransport, type OutgoingEmail, SendFailure } from './email-transport.ts';

const CONNECTIONS = 5;
const CONNECT_MS = 15_000;
/** Until the server says that it has the message: long, since whoever hangs up early sends twice (RFC 5321 section 4.5.3.2.6). */
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

/** Nothing random and no clock: a repeated message is the same to the byte. */
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
  /** The server's answer. */
  responseCode?: number;
}

/** 5xx to the envelope or the content is the server's last word; a refused log-in is ours to mend. */
const failureOf = (error: SmtpError): SendFailure => {
  const { code, responseCode } = error;
  const isFinal = (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== undefined && responseCode >= 500;
  const message =
    responseCode === undefined
      ? `The mail server could not be reached (${code ?? error.name})`
      : `The mail server answered ${responseCode}`;
  return new SendFailure(message, { isWorthRetrying: !isFinal }, { cause: error });
};
