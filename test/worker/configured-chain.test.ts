// A chain that the code does not know: added by CHAINS_FILE, checked, deployed, refused with a wrong entry, then paid on, settled and
// refunded by a real worker (decision 0087).
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonRpcProvider, Wallet } from 'ethers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadChains } from '#chain/chains-file.ts';
import { createRpcPool, type RpcPool } from '#chain/rpc-pool.ts';
import type { Address, Hex } from '#domain/address.ts';
import { setConfiguredChains } from '#domain/chains.ts';
import type { EnabledChain } from '#domain/config.ts';
import { DEPLOYER_ADDRESS, FACTORY_ADDRESS, LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { balanceOfCalldata, mintCalldata, transferCalldata } from '#domain/erc20.ts';
import { ConfigError } from '#domain/errors.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { reportFailure } from '#scripts/admin/failure.ts';
import { adminProgram } from '#scripts/admin/program.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { startTemporal } from '#scripts/lib/stack/temporal.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { MASTER_KEYS } from '#test/admin/support.ts';
import { FEE_RECEIVER, startApiServer } from '#test/api/api-server.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { checkWithoutChains } from '#test/support/payable.ts';
import { createRefundService } from '#web/dashboard/refund/server/refund-service.ts';
import { admitChains } from '#worker/chain-admission.ts';

const ID = 424_242;
const USDT = LOCAL_TOKENS.usdt6;
/** Of an account that nobody else uses; funded on this chain alone. */
const [merchant, payer] = [1, 2].map(() => new Wallet(Wallet.createRandom().privateKey)) as [Wallet, Wallet];
const relayerKey = localAccount('relayer').privateKey;

let folder: string;
let chain: TestChain;
let api: Awaited<ReturnType<typeof startApiServer>>;
let temporalAddress: string;
let enabled: EnabledChain;
let pool: RpcPool;
const ends: (() => unknown)[] = [];

const entry = (changes: Record<string, unknown> = {}) => ({
  ...{ id: ID, name: 'Nowhere', mark: 'NOW', isTest: true, native: { symbol: 'NOW', usd: '0' }, blockSeconds: 1 },
  ...{
    rpcUrls: [chain.rpcUrl],
    wsUrls: [chain.wsUrl],
    confirmation: [{ upTo: '1000', blocks: 2 }, { tag: 'finalized' }],
  },
  gasPriceCapGwei: 100,
  tokens: [
    { coin: 'USDT', address: USDT, decimals: 6 },
    { coin: 'USDC', address: LOCAL_TOKENS.usdc6, decimals: 6 },
  ],
  ...changes,
});

/** @returns the variables of a process that has this file */
const withFile = (name: string, changes: Record<string, unknown> = {}): { CHAINS_FILE: string } => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ chains: [entry(changes)] }));
  return { CHAINS_FILE: path };
};

const startWorker = (variables: Record<string, string>): ChildProcess & { text: () => string } => {
  const env = {
    ...{ PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '' },
    ...{ NODE_ENV: 'development' as const, LOG_LEVEL: 'warn', DATABASE_URL: api.database.url },
    ...{ TEMPORAL_ADDRESS: temporalAddress, MASTER_KEYS, RELAYER_KEY: relayerKey, WORKER_HEALTH_PORT: '0' },
    ...variables,
  };
  const child = spawn(process.execPath, ['worker/main.ts'], {
    cwd: REPOSITORY,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  ends.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return Object.assign(child, { text: () => text });
};

/** Runs `chain deploy --yes` and kills it when it says this. */
const killedAt = async (words: string, variables: Record<string, string>): Promise<void> => {
  const env = { PATH: process.env.PATH ?? '', NODE_ENV: 'test' as const, DATA_DIR: folder, ...variables };
  const child = spawn(process.execPath, ['scripts/admin.ts', 'chain', 'deploy', String(ID), '--yes'], {
    ...{ cwd: REPOSITORY, env, stdio: ['ignore', 'ignore', 'pipe'] },
  });
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (text.includes(words)) child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'exit');
  if (signal !== 'SIGKILL') throw new Error(`it ended by itself: ${text}`);
};

/** Sends from a wallet with a key, as people do; the node holds none of these keys. */
const sendFrom = async (wallet: Wallet, to: Address, data: Hex): Promise<Hex> => {
  const provider = new JsonRpcProvider(chain.rpcUrl, undefined, { pollingInterval: 50, cacheTimeout: -1 });
  try {
    const response = await wallet.connect(provider).sendTransaction({ to, data });
    await response.wait();
    return response.hash as Hex;
  } finally {
    provider.destroy();
  }
};

const balanceOf = async (owner: string): Promise<bigint> =>
  BigInt(await chain.call<string>('eth_call', [{ to: USDT, data: balanceOfCalldata(owner as Address) }, 'latest']));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'configured-chain-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  chain = await startTestChain({ chainId: ID, blockTime: 1 });
  ends.push(() => chain.stop());
  // Anvil is born with the deployer; other chains are not.
  await chain.call('anvil_setCode', [DEPLOYER_ADDRESS, '0x']);
  await chain.call('anvil_setNonce', [DEPLOYER_ADDRESS, '0x0']);
  for (const { address } of [merchant, payer]) await chain.call('anvil_setBalance', [address, '0xde0b6b3a7640000']);
  const [on] = loadChains(withFile('chains.json'));
  if (!on) throw new Error('the chain is off');
  enabled = on;
  ends.push(() => setConfiguredChains([]));
  api = await startApiServer({ chains: [enabled.chain] });
  ends.push(() => api.close());
  pool = createRpcPool({ chainId: ID, urls: enabled.rpcUrls });
  ends.push(() => pool.close());
  const temporal = await startTemporal({ dataDir: folder, port: await freePort(), persistent: false });
  ends.push(() => temporal.stop());
  temporalAddress = temporal.address;
});

afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

interface Said {
  code: number;
  stdout: string;
  stderr: string;
}

/** The command line in this process: a new one takes seconds to load. */
const command = async (variables: Record<string, string>, ...args: string[]): Promise<Said> => {
  const said: Said = { code: 0, stdout: '', stderr: '' };
  const catching = (stream: 'stdout' | 'stderr') =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text);
      return true;
    });
  const spies = [catching('stdout'), catching('stderr')];
  for (const [name, value] of Object.entries({ DATA_DIR: folder, ...variables })) vi.stubEnv(name, value);
  try {
    await adminProgram().parseAsync(['chain', ...args], { from: 'user' });
    said.code = Number(process.exitCode ?? 0);
  } catch (error) {
    said.code = reportFailure(error, false);
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
    process.exitCode = undefined;
  }
  return said;
};

interface Check {
  ok: boolean;
  findings: { what: string; field: string; state: string; detail: string }[];
}
const check = async (variables: Record<string, string>): Promise<Check & { code: number }> => {
  const { code, stdout, stderr } = await command(
    { RELAYER_KEY: relayerKey, ...variables },
    'check',
    String(ID),
    '--json',
  );
  if (stdout === '') throw new Error(stderr);
  return { ...(JSON.parse(stdout) as Check), code };
};
const statesOf = ({ findings }: Check) => Object.fromEntries(findings.map(({ field, state }) => [field, state]));

/** The start of a worker with this file, without its process. @returns why it ends, or null */
const admission = async (variables: Record<string, string>): Promise<string | null> => {
  try {
    const chains = loadChains(variables);
    await admitChains({ em: api.orm.em, chains, relayerKeys: [relayerKey], logger: { info() {}, warn() {} } });
    return null;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  } finally {
    loadChains(withFile('chains.json'));
  }
};

test('a chain of the file is checked, deployed, paid on, settled and refunded', async () => {
  const file = withFile('chains.json');

  // Known, and nothing is there.
  const list = await command(file, 'list', '--json');
  expect(JSON.parse(list.stdout).chains.at(-1)).toEqual({
    ...{ chain_id: ID, network: 'Nowhere', on: true, kind: 'test', source: 'file', tokens: ['USDT', 'USDC'] },
  });
  const before = await check(file);
  expect([before.code, before.ok]).toEqual([1, false]);
  expect(statesOf(before)).toEqual({
    ...{ 'rpcUrls[0]': 'ok', 'wsUrls[0]': 'ok', 'confirmation[1].tag': 'ok', gasPriceCapGwei: 'ok', native: 'ok' },
    ...{ deployer: 'missing', factory: 'missing', 'tokens[0].address': 'missing', 'tokens[1].address': 'missing' },
  });

  // A worker does not start with it.
  const early = startWorker(file);
  expect((await once(early, 'exit'))[0]).toBe(1);
  expect(early.text()).toMatch(
    /^worker: CHAINS_FILE: chains\[0\]\.(deployer|factory|tokens\[\d\]\.address): .*chain deploy/,
  );

  // Nothing is spent without agreement.
  const deploy = (...args: string[]) =>
    command({ ...file, DEPLOYER_KEY: payer.privateKey }, 'deploy', String(ID), ...args);
  const asked = await deploy();
  expect(asked.code).toBe(1);
  expect(asked.stderr).toContain('Nothing was sent: say --yes');
  expect(asked.stderr).toMatch(/cost, at most +0\.0\d+ NOW/);
  expect(await chain.call('eth_getTransactionCount', [payer.address, 'latest'])).toBe('0x0');
  const poor = await command(
    { ...file, DEPLOYER_KEY: Wallet.createRandom().privateKey },
    'deploy',
    String(ID),
    '--yes',
  );
  expect(poor.stderr).toContain('has 0.0000 NOW: up to');

  // Killed while it sends the factory, it continues, and pays for no step twice.
  await killedAt('factory: transaction', { ...file, DEPLOYER_KEY: payer.privateKey });
  const done = await deploy('--yes');
  expect(done.stderr).not.toContain('error:');
  // The deployer's own transaction pays 100 gwei, which the node then suggests for the rest.
  const paid = Number(/Deployed\. Spent (\d+\.\d+) NOW/.exec(done.stdout)?.[1]);
  expect(paid).toBeGreaterThan(0);
  expect(paid).toBeLessThanOrEqual(Number(/cost, at most +(\d+\.\d+) NOW/.exec(done.stderr)?.[1]));
  for (const address of [DEPLOYER_ADDRESS, FACTORY_ADDRESS, USDT, LOCAL_TOKENS.usdc6])
    expect(await chain.call('eth_getCode', [address, 'latest'])).not.toBe('0x');
  expect(await chain.call('eth_getTransactionCount', [payer.address, 'latest'])).toBe('0x4');
  const spent = await chain.call('eth_getBalance', [payer.address, 'latest']);
  expect((await deploy()).stdout).toContain('Everything is there.');
  expect(await chain.call('eth_getBalance', [payer.address, 'latest'])).toBe(spent);
  expect(await check(file)).toMatchObject({ code: 0, ok: true });
  // An hour later the same head is old: the check says so, reads the rest all the same, and keeps no worker from starting.
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
  try {
    const behind = await check(file);
    expect([behind.code, behind.findings[0]?.detail]).toEqual([1, expect.stringContaining(' s old: it is behind')]);
    expect(statesOf(behind)).toMatchObject({ 'rpcUrls[0]': 'unknown', factory: 'ok', 'tokens[0].coin': 'ok' });
    expect(await admission(file)).toBeNull();
  } finally {
    clock.mockRestore();
  }

  // What contradicts the chain is named by its field, by the check and by a worker.
  const wrong = withFile('wrong.json', { tokens: [{ coin: 'USDT', address: USDT, decimals: 18 }] });
  expect(statesOf(await check(wrong))).toMatchObject({ 'tokens[0].decimals': 'wrong' });
  expect(await admission(wrong)).toContain('CHAINS_FILE: chains[0].tokens[0].decimals: USDT (0x');
  const elsewhere = withFile('elsewhere.json', { id: ID + 1 });
  expect(await admission(elsewhere)).toContain(`chains[0].rpcUrls[0]: rpc 1 (`);
  expect(await admission(file)).toBeNull();

  // Paid on.
  const worker = startWorker(file);
  const store = await api.newStore({ isTest: true, receiver: knownPayable(merchant.address as Address) });
  const order = { stable_coin: 1, amount_cents: 500, order_id: 'N-1' };
  // The worker first finds that the store's receiving address can keep money there.
  const created = async () => {
    const { json } = await store.post('/v1/checkout_intents/', order);
    return json.code === 0 ? (json.payload.allscale_checkout_intent_id as string) : undefined;
  };
  const id = await waitFor(created, { what: 'an order on the network', timeoutMs: 90_000, intervalMs: 250 });
  const [intent] = await api.query<{ deposit_address: Address }>(
    'select deposit_address from checkout_intent where id = ?',
    [id],
  );
  const deposit = intent?.deposit_address as Address;
  await waitFor(async () => (await api.query('select 1 from chain_cursor where chain_id = ?', [ID])).length > 0, {
    what: 'the watcher',
    timeoutMs: 90_000,
    giveUp: () => (worker.exitCode === null ? undefined : new Error(worker.text())),
  });
  await sendFrom(payer, USDT, mintCalldata(payer.address as Address, baseUnitsOf(20_000_000n)));
  await sendFrom(payer, USDT, transferCalldata(deposit, baseUnitsOf(5_000_000n)));
  const after = async (sql: string, expected: string): Promise<void> => {
    await waitFor(
      async () => {
        const [row] = await api.query<{ found: string }>(sql, [id]);
        return row?.found === expected;
      },
      { what: `${sql}: ${expected}`, timeoutMs: 90_000, intervalMs: 300 },
    );
  };
  await after('select status::text as found from checkout_intent where id = ?', '20');

  // Settled.
  await after('select state as found from settlement where intent_id = ?', 'settled');
  const received = await balanceOf(merchant.address);
  expect(received).toBeGreaterThan(4_000_000n);
  expect(received + (await balanceOf(FEE_RECEIVER))).toBe(5_000_000n);

  // Refunded from the merchant's wallet.
  const refunds = createRefundService({
    orm: api.orm,
    chains: [enabled],
    pools: new Map([[ID, pool]]),
    checkAddress: checkWithoutChains,
  });
  const target = {
    kind: 'payer',
    intentId: id as never,
    chainId: ID,
    token: USDT,
    payer: payer.address as Address,
  } as const;
  const terms = { amount: '2', to: null, feeBearer: null, requestId: null };
  const actor = { kind: 'member', id: 'owner', email: 'owner@shop.example' } as const;
  const {
    id: refundId,
    transaction,
    network,
  } = await refunds.orderFromWallet(store.storeId, target, {
    ...{ actor, reason: 'Returned', terms },
  });
  expect(network).toMatchObject({ chainId: '0x67932', chainName: 'Nowhere', nativeCurrency: { symbol: 'NOW' } });
  const hash = await sendFrom(merchant, transaction.to as Address, transaction.data as Hex);
  await refunds.noteSent(store.storeId, refundId, hash);
  await after('select state as found from send_back where intent_id = ?', 'confirmed');
  expect(await balanceOf(merchant.address)).toBe(received - 2_000_000n);
  expect(await balanceOf(payer.address)).toBe(17_000_000n);
  worker.kill('SIGTERM');
  expect((await once(worker, 'exit'))[0]).toBe(0);

  // What was watched stays known: without its entry, no worker starts.
  expect(await admission({})).toContain(`CHAINS_FILE: chain ${ID} was watched, and has no entry any more`);
  const poorer = withFile('poorer.json', { tokens: [entry().tokens[0]] });
  expect(await admission(poorer)).toContain(`token ${LOCAL_TOKENS.usdc6} of Nowhere was watched`);
  // Nor may its coins become worth something, for orders that were paid with worthless ones.
  const live = withFile('live.json', { isTest: false });
  expect(await admission(live)).toContain('Nowhere was watched as a test network: its isTest may not change');
  // A contract that does not fit later must not stop the other chains: a warning, and its transfers are held.
  expect(
    await admission(withFile('later.json', { tokens: entry().tokens.map((one) => ({ ...one, decimals: 18 })) })),
  ).toBeNull();
});
