// How often a page may have an account screened. Requests above the limit by checkout or client are rejected before screening.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AnnouncedTransaction } from '#db/entities/intent.entity.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { chainById } from '#domain/chains.ts';
import type { Screening } from '#domain/screening.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeIntent, makeStore, randomAddress } from '#test/support/intents.ts';
import { closeChainPools, createChainPools } from '#web/chains/chain-pools.ts';
import { readCheckoutView } from '#web/checkout/server/checkout-view.ts';
import { createWalletService } from '#web/checkout/server/wallet-service.ts';

const LOCAL = { chain: chainById(31337), rpcUrls: ['http://127.0.0.1:9'] };
const pools = createChainPools([LOCAL]);
let database: TestDatabase;
let orm: Orm;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url, poolSize: 4 });
});
afterAll(async () => {
  await closeChainPools(pools);
  await orm?.close();
  await database?.drop();
});

it('counts by checkout and by client, and calls nothing once the limit is reached', async () => {
  let screened = 0;
  const screening: Screening = {
    isDenied: async () => {
      screened += 1;
      return false;
    },
  };
  const wallet = createWalletService({
    orm,
    chains: [LOCAL],
    pools,
    screening,
    walletConnectProjectId: null,
    developmentWalletScript: null,
    payOptions: () => Promise.reject(new Error('nothing is picked here')),
    limits: { perIntent: { perMinute: 2 }, perAddress: { perMinute: 3 } },
    readView: (id, choice) =>
      readCheckoutView(orm.em.fork(), { chains: [LOCAL.chain], development: false }, id, choice),
  });
  const store = await makeStore(orm.em.fork());
  const [first, second] = [await makeIntent(orm.em, store), await makeIntent(orm.em, store)];
  const request = { payer: randomAddress(), coin: 'USDT', network: '31337', again: false, isOurs: true };
  const ask = async (id: string, client: string) => (await wallet.prepare(id, request, client))?.kind;

  expect([await ask(first, '192.0.2.1'), await ask(first, '192.0.2.1')]).toEqual(['ready', 'ready']);
  expect(await wallet.prepare(first, request, '192.0.2.1')).toEqual({ kind: 'tooOften', seconds: expect.any(Number) });
  // Rejected requests count for the client too: its share is used, that of another client is not.
  expect(await ask(second, '192.0.2.1')).toBe('tooOften');
  expect(await ask(second, '192.0.2.2')).toBe('ready');
  expect(screened).toBe(3);

  const hash = `0x${'ab'.repeat(32)}`;
  const results = [];
  for (let count = 0; count < 3; count += 1)
    results.push(await wallet.announce(first, { txHash: hash, isOurs: true }, '192.0.2.3'));
  // Above the limit it is kept, and no node is asked. From a browser that is not bound to the checkout, it is refused.
  expect(results).toEqual(['noted', 'noted', 'noted']);
  const asked = (): number => pools.get(31337)?.stats().requests ?? 0;
  const before = asked();
  const another = `0x${'cd'.repeat(32)}`;
  expect(await wallet.announce(first, { txHash: another, isOurs: true }, '192.0.2.3')).toBe('noted');
  expect(await wallet.announce(first, { txHash: another, isOurs: false }, '192.0.2.3')).toBe('tooOften');
  expect(asked()).toBe(before);
  const rows = await orm.em.fork().find(AnnouncedTransaction, { intent: first });
  expect(rows.map(({ txHash }) => txHash).sort()).toEqual([hash, another]);
});
