// Faults that are planted in the ledger behind its triggers: the books name them by their two records, and every reader of them says so.
import { expect, test } from 'vitest';
import { admin, adminHere } from '#test/admin/support.ts';
import { readBooksView } from '#web/dashboard/reports/server/books-view.ts';
import { createBooksVerifier } from '#worker/books/books-verifier.ts';
import { isProven } from '#worker/books/verify-books.ts';
import { booksStage, coins, unexplained } from './support/books-stage.ts';

const stage = booksStage();
const { rows, verify, newIntent, pay, confirm, settleAll, plant } = stage;

test('planted faults are named by their two records', async () => {
  const intent = await newIntent(coins(10n));
  const transferId = await pay(stage.chainA, intent, coins(10n));
  await confirm(intent, [transferId]);
  await settleAll();
  expect((await verify()).differences).toEqual([]);
  const [settled] = await rows<{ id: string; tx_hash: string; log_index: number }>(
    'select id::text, tx_hash, log_index from settlement',
  );
  const event = `Settled event ${settled?.tx_hash}:${settled?.log_index}`;
  const [booking] = await rows<{ id: string }>('select id::text from booking');

  await plant('update settlement set net_base_units = net_base_units - 1');
  const planted = await verify();
  expect(unexplained(planted)).toContainEqual([`settlement ${settled?.id} net`, event, '-0.000001']);
  expect(isProven(planted)).toBe(false);
  await storedAndShown(String(settled?.id));
  await plant('update settlement set net_base_units = net_base_units + 1');

  await plant('update booking set gross_units = gross_units + 1000000000000, net_units = net_units + 1000000000000');
  const wrong = unexplained(await verify());
  expect(wrong).toContainEqual([`booking ${booking?.id}`, `token_transfer ${transferId}`, '0.000001']);
  expect(wrong).toContainEqual([`checkout_intent ${intent.id} paid`, 'its bookings', '-0.000001']);
  await plant('update booking set gross_units = gross_units - 1000000000000, net_units = net_units - 1000000000000');

  // A transfer that the ledger lost, and its settlement too: the factory's event gives it away.
  await plant('delete from settlement');
  const lost = unexplained(await verify());
  expect(lost).toContainEqual(['settlement: none', event, '-10.0000']);
  await plant(`update token_transfer set amount_base_units = 9000000, amount_units = 9000000000000000000`);
  expect(unexplained(await verify())).toContainEqual([
    `token_transfer ${transferId}`,
    expect.stringMatching(/^Transfer log 0x/),
    '-1.0000',
  ]);
});

/** The command fails, the daily run stores the fault and says it once, and the store's page names it. */
const storedAndShown = async (settlementId: string): Promise<void> => {
  const env = { DATABASE_URL: stage.world.databaseUrl, RPC_URLS_31337: stage.chainA.rpcUrl };
  const { code, stdout } = await adminHere(env, 'books', 'verify', '--store', stage.world.storeId, '--json');
  expect(code).toBe(1);
  const said = JSON.parse(stdout) as { ok: boolean; unexplained: number; differences: { records: string[] }[] };
  expect(said).toMatchObject({
    ok: false,
    unexplained: 2,
    chains: [{ chain_id: 31337, addresses: 1 }],
    unverified: [],
  });
  expect(said.differences[0]?.records[0]).toBe(`settlement ${settlementId} net`);
  const text = await admin(env, 'books', 'verify');
  expect(text.stdout).toContain('NOT EXPLAINED:');
  expect(await adminHere({ DATABASE_URL: stage.world.databaseUrl }, 'books', 'verify')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('NOT VERIFIED, 1 addresses: RPC_URLS_31337 is not set'),
  });

  const errors: string[] = [];
  const logger = { info() {}, error: (_: unknown, message?: string) => void errors.push(String(message)) };
  let now = Date.now();
  const verifier = createBooksVerifier({ em: stage.world.orm.em, pools: stage.pools, logger, now: () => now });
  expect([await verifier.pass(), await verifier.pass()]).toEqual([true, false]);
  expect(errors).toEqual([
    'the books differ: The event has another net amount.',
    'the books differ: Booked, not settled, and no settlement is owed.',
  ]);
  now += 2 * 3_600_000;
  expect(await verifier.pass()).toBe(true);

  const view = await readBooksView(stage.world.orm.em, { id: stage.world.storeId, timeZone: 'UTC' }, null, Date.now());
  expect(view.check?.differences).toMatchObject([
    { first: `settlement ${settlementId} net`, amount: '-0.000001' },
    { second: 'settlements', amount: '0.000001' },
  ]);
  // The ledger alone: one base unit is still at the address.
  expect(view.lines).toMatchObject([
    {
      network: 'Local Chain A',
      coin: 'USDT',
      received: '10.0000',
      settled: '9.999999',
      held: '0.000001',
      difference: '0.0000',
    },
  ]);
};
