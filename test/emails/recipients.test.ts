// Who gets no message: an address that bounced, strangers to an applicant's store, a link that has expired.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { recordEmailDelivery, unreachedAddresses } from '#db/delivery/email-delivery.ts';
import { queueEmail } from '#db/delivery/queue-emails.ts';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { EMAIL_KINDS, type EmailKind } from '#domain/email-data.ts';
import { sampleInput } from '#emails/samples.ts';
import { openSending, type Sending } from './sending.ts';

let mail: Sending;
beforeAll(async () => {
  mail = await openSending();
});
beforeEach(() => mail.reset());
afterEach(() => mail.closeTransports());
afterAll(async () => await mail?.close());

it('an address that bounced for this store gets no message, in any spelling', async () => {
  const bounced = await mail.queueCreated('Gone@shop.example');
  await mail.send(mail.overResend(), bounced.id);
  const { providerId } = await mail.messageOf(bounced.id);
  expect(await recordEmailDelivery(mail.em, providerId ?? '', 'delivered', null)).toBe(true);
  expect(await recordEmailDelivery(mail.em, providerId ?? '', 'bounced', 'bounced: no such mailbox')).toBe(true);
  expect(await recordEmailDelivery(mail.em, providerId ?? '', 'bounced', 'bounced: no such mailbox')).toBe(true);
  expect(await recordEmailDelivery(mail.em, 'unknown', 'bounced', null)).toBe(false);
  expect(await mail.timelineOf(bounced.intentId)).toEqual(['sent', 'delivered', 'bounced']);
  const later = await mail.queueCreated('gone@shop.example');
  expect(await mail.send(mail.overResend(), later.id)).toBe('failed');
  expect(await mail.messageOf(later.id)).toMatchObject({
    state: 'failed',
    lastError: 'not sent: an earlier message to this address bounced',
  });
  expect(mail.resend.accepted.has(later.id)).toBe(false);
});

it('a stranger gets no message of an applicant’s store', async () => {
  const merchant = '(select merchant_id from store where id = ?)';
  const setStatus = (status: string) =>
    mail.em.fork().execute(`update merchant set status = ? where id = ${merchant}`, [status, mail.store.storeId]);
  await mail.em
    .fork()
    .execute(
      `insert into member (merchant_id, user_id, email, role) values (${merchant}, 'u-own', 'Own@shop.example', 'owner')`,
      [mail.store.storeId],
    );
  await setStatus('applied');
  try {
    const [own, stranger] = [
      await mail.queueCreated('own@shop.example'),
      await mail.queueCreated('victim@else.example'),
    ];
    expect(await mail.sendUntilTaken(mail.overResend(), own.id)).toBe('sent');
    expect(await mail.send(mail.overResend(), stranger.id)).toBe('failed');
    expect(await mail.messageOf(stranger.id)).toMatchObject({
      lastError: 'not sent: until the merchant is active, its test store mails its own people only',
    });
    expect(mail.resend.accepted.has(stranger.id)).toBe(false);
  } finally {
    await setStatus('active');
  }
});

it.each(['bounced', 'complained'] as const)(
  'an address with one %s gets security messages of every kind, and no others',
  async (state) => {
    const first = await mail.queueCreated(`${state}@shop.example`);
    await mail.send(mail.overResend(), first.id);
    await recordEmailDelivery(mail.em, (await mail.messageOf(first.id)).providerId ?? '', state, state);
    const sent: EmailKind[] = [];
    const activities = mail.overResend();
    for (const kind of EMAIL_KINDS) {
      const { data } = sampleInput(kind, 'en');
      const subjectId = `${state}:${kind}`;
      // The samples' links are old.
      const valid = { ...data, ...('expiresAt' in data ? { expiresAt: '2999-01-01T00:00:00.000Z' } : {}) } as never;
      const recipient = `${state.toUpperCase()}@shop.example`;
      await queueEmail(mail.em.fork(), { kind, subjectId, recipient, storeId: mail.store.storeId, data: valid });
      const { id } = await mail.em.fork().findOneOrFail(EmailMessage, { subjectId });
      if ((await mail.sendUntilTaken(activities, id)) === 'sent') sent.push(kind);
    }
    expect(sent).toEqual([
      'password_reset',
      'email_verification',
      'account_notice',
      'new_key',
      'new_device',
      'log_in_attempts',
      'settings_changed',
      'change_waits',
      'change_canceled',
      'team_changed',
      'membership_changed',
      'store_suspended',
      'audit_head',
      'operator_alert',
    ]);
    const { merchant } = await mail.em.fork().findOneOrFail(Store, mail.store.storeId);
    const found = await unreachedAddresses(mail.em, merchant.id, [`${state}@SHOP.example`, 'other@shop.example']);
    expect([...found]).toEqual([[`${state}@shop.example`, state]]);
  },
);

it('an expired link is not sent after an outage, and is deleted from the queue', async () => {
  await queueEmail(mail.em.fork(), {
    kind: 'password_reset',
    subjectId: 'user-2:1',
    recipient: 'me@shop.example',
    data: { link: 'https://pay.example/account/open?token=secret', expiresAt: new Date(Date.now() - 1).toISOString() },
  });
  const { id } = await mail.em.fork().findOneOrFail(EmailMessage, { subjectId: 'user-2:1' });
  expect(await mail.send(mail.overResend(), id)).toBe('failed');
  expect(await mail.messageOf(id)).toMatchObject({
    state: 'failed',
    lastError: 'not sent: its link had expired',
    data: {},
  });
  expect(mail.resend.requests).toEqual([]);
});
