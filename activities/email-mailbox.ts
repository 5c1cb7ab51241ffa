// The mailbox of development: keeps whole messages in Postgres instead of sending them. /dev/mailbox shows them.
import nodemailer from 'nodemailer';
import { keepInMailbox } from '#db/delivery/mailbox.ts';
import type { Em } from '#db/orm.ts';
import { messageOf } from './email-smtp.ts';
import type { EmailTransport } from './email-transport.ts';

export const createMailboxTransport = (em: Em): EmailTransport => {
  const composer = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  return {
    name: 'mailbox',
    intervalMs: null,
    async send(email) {
      const { message } = await composer.sendMail(messageOf(email));
      const { id, to, subject, html, text } = email;
      await keepInMailbox(em, {
        id,
        recipient: to,
        subjectLine: subject,
        html,
        plainText: text,
        source: String(message),
      });
      return { providerId: null };
    },
    async close() {},
  };
};
