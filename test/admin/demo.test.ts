// The demo commands with a real local chain: a payment, a reorganisation that removes it, and a receiver that rejects unsigned
// webhooks.
import { spawn } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployLocalContracts } from '#contracts/deploy.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import { balanceOfCalldata } from '#domain/erc20.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { addIntent, adminHere, adminJson, adminJsonHere, MASTER_KEYS } from './support.ts';

interface Receipt {
  status: string;
  to: string;
}

describe('demo pay and demo reorg', () => {
  let database: TestDatabase;
  let chain: TestChain;
  let orm: Orm;
  let env: Record<string, string>;
  let keys: { storeId: string; apiKeyId: string };

  beforeAll(async () => {
    [database, chain] = await Promise.all([createTestDatabase(), startTestChain({ chainId: 31337 })]);
    await deployLocalContracts({ rpcUrl: chain.rpcUrl });
    orm = await openOrm({ databaseUrl: database.url, poolSize: 2 });
    env = { DATABASE_URL: database.url, MASTER_KEYS, RPC_URLS_31337: chain.rpcUrl };
    const args = ['--name', 'Shop', '--email', 'demo@example.com'];
    const made = await adminJsonHere<{ store_id: string; api_key: string }>(env, 'store', 'create', ...args);
    keys = { storeId: made.store_id, apiKeyId: made.api_key };
  });

  afterAll(async () => {
    await orm?.close();
    await chain?.stop();
    await database?.drop();
  });

  const balanceOf = async (intentId: string, coin: 1 | 2): Promise<bigint> => {
    const { depositAddress } = await orm.em.fork().findOneOrFail(CheckoutIntent, { id: intentId as never });
    const data = balanceOfCalldata(depositAddress);
    const token = tokenOf(chainById(31337), coin)?.address;
    return BigInt(await chain.call<string>('eth_call', [{ to: token, data }, 'latest']));
  };

  it('pays what is due, in the first accepted coin, and prints exactly the transaction', async () => {
    const intentId = await addIntent(orm, keys, { amount: '12.3456' });
    const result = await adminJson<{ tx_hash: string }>(env, 'demo', 'pay', intentId);
    expect(Object.keys(result)).toEqual(['tx_hash']);
    const receipt = await chain.call<Receipt>('eth_getTransactionReceipt', [result.tx_hash]);
    expect(receipt.status).toBe('0x1');
    expect(await balanceOf(intentId, 1)).toBe(12_345_600n);
  });

  it('pays the given amount and coin', async () => {
    const intentId = await addIntent(orm, keys);
    await adminJsonHere(env, 'demo', 'pay', intentId, '--coin', 'usdc', '--chain', '31337', '--amount', '1.5');
    expect([await balanceOf(intentId, 1), await balanceOf(intentId, 2)]).toEqual([0n, 1_500_000n]);
  });

  it.each([
    [['--chain', '1'], 'not_local'],
    [['--chain', '31338'], 'not_local'],
    [['--amount', '1.0000001'], 'bad_amount'],
    [['--amount', '0'], 'bad_amount'],
    [['--coin', 'DAI'], 'bad_usage'],
  ])('rejects %j and sends nothing', async (args, code) => {
    const intentId = await addIntent(orm, keys);
    const said = await adminHere(env, 'demo', 'pay', intentId, ...args, '--json');
    expect(JSON.parse(said.stderr)).toMatchObject({ error: { code } });
    expect(await balanceOf(intentId, 1)).toBe(0n);
  });

  it('does not pay on a local chain that the intent does not accept, unless --chain names it', async () => {
    const intentId = await addIntent(orm, keys, { acceptedChainIds: [1] });
    const said = await adminHere(env, 'demo', 'pay', intentId, '--json');
    expect(JSON.parse(said.stderr)).toMatchObject({ error: { code: 'not_local' } });
    await adminJsonHere(env, 'demo', 'pay', intentId, '--chain', '31337', '--amount', '2');
    expect(await balanceOf(intentId, 1)).toBe(2_000_000n);
  });

  it('reorg removes the payment and prints its transaction', async () => {
    const intentId = await addIntent(orm, keys);
    const { tx_hash } = await adminJsonHere<{ tx_hash: string }>(env, 'demo', 'pay', intentId);
    const result = await adminJsonHere(env, 'demo', 'reorg', '--chain', '31337', '--depth', '1');
    const head = Number(await chain.call<string>('eth_blockNumber'));
    expect(result).toEqual({
      chain_id: 31337,
      depth: 1,
      from_block: head,
      to_block: head,
      dropped_tx_hashes: [tx_hash],
    });
    expect(await balanceOf(intentId, 1)).toBe(0n);
  });
});

describe('demo receiver', () => {
  const [apiKey, apiSecret] = ['st_receiver', 'st_receiver_secret'];
  const folder = mkdtempSync(join(tmpdir(), 'checkout-receiver-'));
  const child = spawn(
    process.execPath,
    [
      join(REPOSITORY, 'scripts/admin.ts'),
      ...'demo receiver --port 0 --fail 1 --count 4 --json --save'.split(' '),
      folder,
    ],
    {
      env: { ...process.env, ALLSCALE_API_KEY: apiKey, ALLSCALE_API_SECRET: apiSecret },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => JSON.parse((await lines.next()).value as string) as Record<string, unknown>;
  let url: string;

  beforeAll(async () => {
    url = (await nextLine()).listening as string;
  });

  afterAll(() => {
    child.kill('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  interface Sent {
    id?: string;
    /** Seconds; negative means in the future. */
    age?: number;
    nonce?: string;
    body?: string;
    secret?: string;
    target?: string;
  }

  const bodyOf = (id: string) =>
    JSON.stringify({ webhook_id: id, all_scale_transaction_id: `txn_${id}`, order_id: 'ä' });

  /** Signs as docs/open-api.md section 6 says, by hand, and sends. Returns the HTTP status and what the receiver printed. */
  const send = async (given: Sent) => {
    const id = given.id ?? 'evt_1';
    const body = given.body ?? bodyOf(id);
    const timestamp = String(Math.floor(Date.now() / 1000) - (given.age ?? 0));
    const nonce = given.nonce ?? randomBytes(8).toString('hex');
    const target = given.target ?? '/hook?shop=1';
    const [path, query] = target.split('?');
    const hash = createHash('sha256').update(body).digest('hex');
    const canonical = ['allscale:webhook:v1', 'POST', path, query ?? '', id, timestamp, nonce, hash].join('\n');
    const signature = createHmac('sha256', given.secret ?? apiSecret)
      .update(canonical)
      .digest('base64');
    const response = await fetch(new URL(target, url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': apiKey,
        'x-webhook-id': id,
        'x-webhook-timestamp': timestamp,
        'x-webhook-nonce': nonce,
        'x-webhook-signature': `v1=${signature}`,
      },
      body,
    });
    await response.text();
    return { status: response.status, said: await nextLine() };
  };

  it('fails the first --fail deliveries, then accepts, and reports a repeated event', async () => {
    expect(await send({})).toMatchObject({ status: 503, said: { verified: true, duplicate: false, responded: 503 } });
    expect(await send({})).toMatchObject({ status: 200, said: { verified: true, duplicate: false } });
    expect(await send({})).toMatchObject({ status: 200, said: { verified: true, duplicate: true } });
    expect(readFileSync(join(folder, 'evt_1.body'), 'utf8')).toBe(bodyOf('evt_1'));
    expect(readFileSync(join(folder, 'evt_1.headers'), 'utf8')).toMatch(
      /^POST \/hook\?shop=1\n[\s\S]*x-webhook-id: evt_1\n/,
    );
  });

  it.each<[string, Sent, string]>([
    ['another secret', { id: 'evt_2', secret: 'st_other' }, 'signature'],
    ['an old timestamp', { id: 'evt_3', age: 305 }, 'timestamp'],
    ['a timestamp from the future', { id: 'evt_4', age: -90 }, 'timestamp'],
    ['the body of another event', { id: 'evt_5', body: bodyOf('evt_6') }, 'event'],
    ['a body that is not JSON', { id: 'evt_7', body: 'paid!' }, 'event'],
  ])('rejects %s', async (_what, given, problem) => {
    const { status, said } = await send(given);
    expect({ status, verified: said.verified }).toEqual({ status: 401, verified: false });
    expect(said.problem).toContain(problem);
  });

  it('rejects a replay', async () => {
    expect((await send({ id: 'evt_8', nonce: 'once' })).status).toBe(200);
    const again = await send({ id: 'evt_8', nonce: 'once' });
    expect(again).toMatchObject({ status: 401, said: { problem: expect.stringContaining('replay') } });
  });

  it('ends after --count accepted deliveries', async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    expect((await send({ id: 'evt_9' })).status).toBe(200);
    expect(await exited).toBe(0);
  });
});
