// Runs operator commands, as child processes or in this one, and creates intents for them.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { vi } from 'vitest';
import { createIntent } from '#db/intents/create-intent.ts';
import type { Orm } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { depositAddress } from '#domain/deposit-address.ts';
import { DEFAULT_MIN_FEE_UNITS, feeRateE9 } from '#domain/fees.ts';
import { type IntentId, makeContractId, makeIntentId } from '#domain/ids.ts';
import { centsOf, parseUnits, unitsOf } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { reportFailure } from '#scripts/admin/failure.ts';
import { adminProgram } from '#scripts/admin/program.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { run } from '#scripts/lib/run.ts';

export const RECEIVER = '0x14dC79964da2C08b23698B3D3cc7Ca32193d9955';
export const MASTER_KEYS = `test:${randomBytes(32).toString('base64')}`;

export interface Said {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `admin ARGS` with only this environment. */
export const admin = (env: Record<string, string>, ...args: string[]): Promise<Said> =>
  run(process.execPath, [join(REPOSITORY, 'scripts', 'admin.ts'), ...args], {
    cwd: REPOSITORY,
    env: {
      NODE_ENV: 'test',
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
      HOME: process.env.HOME,
      DATA_DIR: join(REPOSITORY, 'no-such-folder'),
      ...env,
    },
    timeoutMs: 30_000,
  });

/** Runs a command in this process, which saves a second of a processor for each. One at a time. */
export const adminHere = async (settings: Record<string, string>, ...args: string[]): Promise<Said> => {
  const before = { ...process.env };
  const said: Said = { code: 0, stdout: '', stderr: '' };
  const outputs = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    }),
  );
  const exitCode = process.exitCode;
  process.exitCode = 0;
  Object.assign(process.env, { DATA_DIR: join(REPOSITORY, 'no-such-folder') }, settings);
  try {
    await adminProgram().parseAsync(args, { from: 'user' });
    // Some commands print a result and say by the code that it is not a good one.
    said.code = Number(process.exitCode);
  } catch (error) {
    said.code = reportFailure(error, args.includes('--json'));
  } finally {
    process.exitCode = exitCode;
    for (const output of outputs) output.mockRestore();
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
  return said;
};

const jsonBy =
  (run: typeof admin) =>
  async <T>(env: Record<string, string>, ...args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await run(env, ...args, '--json');
    if (code !== 0) throw new Error(`admin ${args.join(' ')} failed: ${stderr}`);
    return JSON.parse(stdout) as T;
  };
/** Like `admin`, for commands that must succeed. @returns the parsed JSON of stdout */
export const adminJson = jsonBy(admin);
/** The same in this process. */
export const adminJsonHere = jsonBy(adminHere);

export interface IntentFields {
  amount?: string;
  orderId?: string | null;
  acceptedChainIds?: number[];
}

/** Creates an intent as the API does: USDT and USDC, priced in coin. */
export const addIntent = async (
  orm: Orm,
  { storeId, apiKeyId }: { storeId: string; apiKeyId: string },
  { amount = '5', orderId = null, acceptedChainIds = [31337, 31338] }: IntentFields = {},
): Promise<IntentId> => {
  const now = new Date();
  const id = makeIntentId(now.getTime() / 1000, randomBytes(8));
  const amountUnits = parseUnits(amount) ?? 0n;
  const receiver = knownPayable(RECEIVER);
  const terms = {
    receiver,
    feeReceiver: receiver,
    feeRateE9: feeRateE9(unitsOf(amountUnits), 60, DEFAULT_MIN_FEE_UNITS),
    contractId: makeContractId(randomBytes(12)),
  };
  const outcome = await createIntent(
    sqlOf(orm),
    { apiKeyId, nonce: randomBytes(16).toString('hex'), expiresAt: new Date(now.getTime() + 600_000) },
    {
      id,
      storeId,
      apiKeyId,
      currency: null,
      stableCoin: 1,
      amountCents: centsOf(amountUnits / 10n ** 16n),
      amountUnits: unitsOf(amountUnits),
      rateE10: null,
      acceptedStableCoins: [1, 2],
      acceptedChainIds,
      acceptsBridgedTokens: false,
      toleranceBps: 50,
      extensionSeconds: 1800,
      orderId,
      orderDescription: null,
      userId: null,
      userName: null,
      redirectUrl: null,
      extraJson: null,
      factory: FACTORY_ADDRESS,
      ...terms,
      depositAddress: depositAddress(FACTORY_ADDRESS, terms),
      expiresAt: new Date(now.getTime() + 1_800_000),
      createdAt: now,
    },
    null,
  );
  if (outcome !== 'created') throw new Error(`the intent was not created: ${outcome}`);
  return id;
};
