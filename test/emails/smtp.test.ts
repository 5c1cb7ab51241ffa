// Sends e-mails to a real SMTP server, and to the mailbox of development.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMailboxTransport } from '#activities/email-mailbox.ts';
import { queueEmail } from '#db/delivery/queue-emails.ts';
import { EmailMessage, MailboxMessage } from '#db/entities/email.entity.ts';
import { sampleInput } from '#emails/samples.ts';
import { openSending, type Sending } from './sending.ts';

let mail: Sending;
beforeAll(async () => {
  mail = await openSending();
});
beforeEach(() => mail.reset());
afterEach(() => mail.closeTransports());
afterAll(async () => await mail?.close());

describe('SMTP', () => {
  it('carries the whole message, once', async () => {
    const { id } = await mail.queueCreated('orders@shop.example');
    expect(await mail.send(mail.overSmtp(), id)).toBe('sent');
    expect(await mail.send(mail.overSmtp(), id)).toBe('sent');
    expect(mail.mailServer.received).toHaveLength(1);
    const [{ source, recipients } = { source: '', recipients: [] }] = mail.mailServer.received;
    expect(recipients).toEqual(['orders@shop.example']);
    expect(source).toContain(`Message-ID: <${id}@pay.example>`);
    expect(source).toContain('Content-Type: text/plain');
    expect(source).toContain('Content-Type: text/html');
  });

  it('gets the same bytes under the same Message-ID when its reply was lost', async () => {
    const { id } = await mail.queueCreated();
    mail.mailServer.hangUpAfterTaking();
    const activities = mail.overSmtp();
    await expect(mail.send(activities, id)).rejects.toThrow('The mail server');
    expect(await mail.send(activities, id)).toBe('sent');
    // It arrives twice, and is one message by its Message-ID (decision 0044).
    expect(mail.mailServer.received).toHaveLength(2);
    expect(new Set(mail.mailServer.received.map(({ source }) => source)).size).toBe(1);
  });

  it('gets every message of a storm, with identical copies, although it rejects and disconnects at random', async () => {
    const queued = await Promise.all(Array.from({ length: 12 }, () => mail.queueCreated()));
    mail.mailServer.storm(0.4);
    const workers = [mail.overSmtp(), mail.overSmtp()] as const;
    const ends = queued.map(({ id }, index) => mail.sendUntilTaken(workers[index % 2 === 0 ? 0 : 1], id));
    expect(new Set(await Promise.all(ends))).toEqual(new Set(['sent']));
    // By Message-ID each message is there once.
    const copies = new Set(mail.mailServer.received.map(({ source }) => source));
    const ids = [...copies].map((source) => /^Message-ID: <(.+)@pay\.example>\r$/m.exec(source)?.[1]);
    expect(ids.sort()).toEqual(queued.map(({ id }) => id).sort());
  });

  it('gets no retry for a recipient that it rejects permanently, and one for a temporary rejection', async () => {
    const gone = await mail.queueCreated('gone-550@shop.example');
    expect(await mail.send(mail.overSmtp(), gone.id)).toBe('failed');
    expect(await mail.messageOf(gone.id)).toMatchObject({ state: 'failed', lastError: 'The mail server returned 550' });
    const busy = await mail.queueCreated('busy-451@shop.example');
    await expect(mail.send(mail.overSmtp(), busy.id)).rejects.toThrow('The mail server returned 451');
    expect(await mail.messageOf(busy.id)).toMatchObject({ state: 'pending', attempts: 1 });
  });

  it('carries attachments and List-Unsubscribe', async () => {
    const { data } = sampleInput('daily_report', 'en');
    await queueEmail(mail.em.fork(), {
      kind: 'daily_report',
      subjectId: 'report-1',
      recipient: 'a@shop.example',
      storeId: mail.store.storeId,
      data,
    });
    const { id } = await mail.em.fork().findOneOrFail(EmailMessage, { subjectId: 'report-1' });
    expect(await mail.send(mail.overSmtp(), id)).toBe('sent');
    const source = mail.mailServer.received[0]?.source ?? '';
    expect(source).toContain('List-Unsubscribe: <https://pay.example.com/mail/unsubscribe?token=sample>');
    expect(source).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(source).toContain('filename=orders.csv');
  });
});

it('the mailbox of development stores the whole message; its secret link is deleted from the queue', async () => {
  const link = 'https://pay.example/account/open?token=secret-secret';
  await queueEmail(mail.em.fork(), {
    kind: 'password_reset',
    subjectId: 'user-1:1',
    recipient: 'me@shop.example',
    data: { link, expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
  });
  const { id } = await mail.em.fork().findOneOrFail(EmailMessage, { subjectId: 'user-1:1' });
  const activities = mail.over(createMailboxTransport(mail.em));
  expect(await mail.send(activities, id)).toBe('sent');
  const kept = await mail.em.fork().findOneOrFail(MailboxMessage, id);
  expect(kept.html).toContain(link);
  expect(kept.plainText).toContain(link);
  expect(kept.source).toContain('Subject: Set a new password');
  const [row] = await mail.em
    .fork()
    .execute<{ whole: string }[]>('select m::text as whole from email_message m where id = ?', [id]);
  expect(row?.whole).not.toContain('secret-secret');
});
