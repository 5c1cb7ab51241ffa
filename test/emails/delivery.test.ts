// Sends e-mails to a Resend double with its limits and failures. Each attempt is the activity itself; outage.test.ts tests the workflow
// around it, smtp.test.ts the other transports, recipients.test.ts who gets no message.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EmailActivities } from '#activities/email.ts';
import { takeTurn } from '#db/delivery/email-pace.ts';
import { openSending, type Sending } from './sending.ts';

const ONE_ATTEMPT = fileURLToPath(new URL('./one-attempt.ts', import.meta.url));
let mail: Sending;
beforeAll(async () => {
  mail = await openSending();
});
beforeEach(() => mail.reset());
afterEach(() => mail.closeTransports());
afterAll(async () => await mail?.close());

describe('Resend', () => {
  it('accepts a message once, and the order shows it', async () => {
    const { id, intentId } = await mail.queueCreated();
    expect(await mail.send(mail.overResend(), id)).toBe('sent');
    expect(await mail.send(mail.overResend(), id)).toBe('sent');
    expect(mail.resend.requests).toHaveLength(1);
    expect(mail.resend.accepted.get(id)).toMatchObject({
      from: 'Checkout <no-reply@pay.example>',
      subject: 'New order A-1: 10.0000 USDT',
      text: expect.stringMatching(
        /Expected fee: 0\.1000 USDT\n.+\nAccepted coins: USDT\nAccepted networks: Local Chain A\n/,
      ),
    });
    expect(await mail.messageOf(id)).toMatchObject({
      state: 'sent',
      transport: 'resend',
      attempts: 1,
      html: null,
      lastError: null,
    });
    expect(await mail.timelineOf(intentId)).toEqual(['sent']);
  });

  it('gets the same key and bytes again after a connection broke that had accepted the message', async () => {
    const { id } = await mail.queueCreated();
    mail.resend.failNext('accept and hang up', 500);
    await mail.em.fork().execute(`update store set name = 'Renamed' where id = ?`, [mail.store.storeId]);
    const activities = mail.overResend();
    await expect(mail.send(activities, id)).rejects.toThrow('Resend could not be reached');
    // The first rendering stays, although the store is renamed.
    await mail.em.fork().execute(`update store set name = 'Renamed again' where id = ?`, [mail.store.storeId]);
    await expect(mail.send(activities, id)).rejects.toThrow('Resend returned 500');
    expect(await mail.messageOf(id)).toMatchObject({
      state: 'pending',
      attempts: 2,
      lastError: 'Resend returned 500 (internal_server_error)',
    });
    expect(await mail.send(activities, id)).toBe('sent');
    expect(new Set(mail.resend.requests.map(({ body }) => body)).size).toBe(1);
    expect(mail.resend.requests).toHaveLength(3);
    expect(mail.resend.accepted.size).toBe(1);
  });

  it('pauses all messages after 429, for as long as Retry-After says', async () => {
    const [first, second] = [await mail.queueCreated(), await mail.queueCreated()];
    mail.resend.failNext(429);
    const activities = mail.overResend();
    const failure = await mail.send(activities, first.id).catch((error: { nextRetryDelay?: number }) => error);
    expect(failure).toMatchObject({ message: 'Resend returned 429 (rate_limit_exceeded)', nextRetryDelay: 2_000 });
    const [pace] = await mail.em
      .fork()
      .execute<{ held: boolean }[]>(`select next_at > clock_timestamp() + interval '500 ms' as held from email_pace`);
    expect(pace?.held).toBe(true);
    await mail.em.fork().execute('delete from email_pace');
    expect(await mail.send(activities, first.id)).toBe('sent');
    expect(await mail.send(activities, second.id)).toBe('sent');
  });

  it('gets each message of a storm once, although it rejects, fails and disconnects at random', async () => {
    const queued = await Promise.all(Array.from({ length: 12 }, () => mail.queueCreated()));
    mail.resend.storm(0.4);
    // Two workers share the turns of one row. The double counts too, and rejects a sixth request within a second.
    const workers = [mail.overResend(), mail.overResend()] as const;
    await Promise.all(queued.map(({ id }, index) => sendUntilTakenSoon(workers[index % 2 === 0 ? 0 : 1], id)));
    expect([...mail.resend.accepted.keys()].sort()).toEqual(queued.map(({ id }) => id).sort());
    expect(mail.resend.deliveries).toBe(queued.length);
  });
  const sendUntilTakenSoon = async (activities: EmailActivities, id: string): Promise<void> => {
    await mail.em.fork().execute(`update email_pace set next_at = least(next_at, clock_timestamp())`);
    await mail.sendUntilTaken(activities, id).catch(async () => await sendUntilTakenSoon(activities, id));
  };

  it('gets a message once although the process is killed after it was accepted and before that was stored', async () => {
    const { id } = await mail.queueCreated();
    mail.resend.failNext('accept and say nothing');
    // Clears the pauses of the storm before it.
    await mail.em.fork().execute('delete from email_pace');
    const child = spawn(process.execPath, [ONE_ATTEMPT, mail.databaseUrl, mail.resend.url, id], { stdio: 'inherit' });
    const ended = once(child, 'exit');
    await expect.poll(() => mail.resend.accepted.has(id), { timeout: 60_000 }).toBe(true);
    child.kill('SIGKILL');
    await ended;
    expect(await mail.messageOf(id)).toMatchObject({ state: 'pending' });
    expect(await mail.send(mail.overResend(), id)).toBe('sent');
    expect(mail.resend.deliveries).toBe(1);
    expect(mail.resend.requests).toHaveLength(2);
    expect(new Set(mail.resend.requests.map(({ body }) => body)).size).toBe(1);
  });

  it.each([422, 400] as const)('gets no retry after %i, and the reason is stored', async (status) => {
    const { id, intentId } = await mail.queueCreated();
    mail.resend.failNext(status);
    expect(await mail.send(mail.overResend(), id)).toBe('failed');
    expect(await mail.messageOf(id)).toMatchObject({
      state: 'failed',
      lastError: `Resend returned ${status} (validation_error)`,
    });
    expect(await mail.timelineOf(intentId)).toEqual(['failed']);
  });

  it('gets a retry when a gateway before it replies with an error of its own', async () => {
    const { id } = await mail.queueCreated();
    mail.resend.failNext('gateway');
    const activities = mail.overResend();
    await expect(mail.send(activities, id)).rejects.toThrow('Resend returned an error');
    expect(await mail.messageOf(id)).toMatchObject({ state: 'pending', lastError: 'Resend returned an error' });
    expect(await mail.send(activities, id)).toBe('sent');
  });

  it('gets a later retry when it rejects our key or has no quota left', async () => {
    const { id } = await mail.queueCreated();
    mail.resend.failNext(403, 'quota');
    const activities = mail.overResend();
    await expect(mail.send(activities, id)).rejects.toMatchObject({ nextRetryDelay: 600_000 });
    await expect(mail.send(activities, id)).rejects.toMatchObject({ nextRetryDelay: 3_600_000 });
    await mail.em.fork().execute('delete from email_pace');
    expect(await mail.send(activities, id)).toBe('sent');
  });
});

it('turns are a fixed time apart, for any number of workers', async () => {
  const turns = await Promise.all(Array.from({ length: 5 }, () => takeTurn(mail.em, 'test', 1_000)));
  const waits = turns.map((turn) => (turn.granted ? turn.waitMs : Number.NaN)).sort((a, b) => a - b);
  expect(waits).toHaveLength(5);
  // Each turn is a second after the one before it.
  expect(waits.map((wait) => Math.ceil(wait / 1_000))).toEqual([0, 1, 2, 3, 4]);
  for (let index = 0; index < 20; index += 1) await takeTurn(mail.em, 'test', 1_000);
  expect(await takeTurn(mail.em, 'test', 1_000)).toMatchObject({ granted: false });
});

it('a message whose attempts are used up keeps the last error', async () => {
  const { id } = await mail.queueCreated();
  mail.resend.failNext(500);
  const activities = mail.overResend();
  await expect(mail.send(activities, id)).rejects.toThrow();
  expect(await activities.giveUpEmail(id)).toBe('failed');
  expect(await mail.messageOf(id)).toMatchObject({
    state: 'failed',
    lastError: 'Resend returned 500 (internal_server_error)',
  });
});
