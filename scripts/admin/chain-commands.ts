// `chain list|check|deploy`: the networks that this system knows, what they say, and the contracts that they need (decision 0087).
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { Wallet } from 'ethers';
import { loadChains } from '#chain/chains-file.ts';
import { type ChainFinding, checkChain } from '#chain/check-chain.ts';
import { createRpcPool } from '#chain/rpc-pool.ts';
import type { Address } from '#domain/address.ts';
import { allChains, chainsDigest, configuredEntries, findChain } from '#domain/chains.ts';
import type { EnabledChain, Env } from '#domain/config.ts';
import { UserError } from '#domain/errors.ts';
import { formatDecimal, type Wei } from '#domain/money.ts';
import { NATIVE_DECIMALS } from '#domain/native-prices.ts';
import { type DeploymentPlan, planDeployment, runDeployment } from './chain-deployment.ts';
import { action, type Result, systemEnvironment } from './context.ts';
import { fields, table } from './format.ts';
import { relayerKeysOf } from './relayer-keys.ts';

export const addChainCommands = (program: Command): void => {
  const chain = program.command('chain').description('networks: the built-in ones and those of CHAINS_FILE');

  const list = chain.command('list').description('the networks that this system knows, and the digest of the table');
  action(list, async () => listed(loadChains(systemEnvironment())));

  const check = chain
    .command('check')
    .argument('<chain-id>')
    .description("asks a network's providers and contracts; exits 1 when something is wrong or missing");
  action(check, async (_options, id: string) => {
    const env = systemEnvironment();
    const enabled = chainThatIsOn(env, id);
    const relayers = relayerKeysOf(env).map(addressOf);
    const findings = await checkChain(enabled, { relayers, sockets: true });
    if (findings.some(({ state }) => state !== 'ok')) process.exitCode = 1;
    return checked(enabled, findings);
  });

  const deploy = chain
    .command('deploy')
    .argument('<chain-id>')
    .description(
      'puts up the deterministic deployer and the factory, and our test tokens on a test network; shows the cost and asks first. Safe to run again. Pays from DEPLOYER_KEY, or the first of RELAYER_KEY',
    )
    .option('--yes', 'do not ask');
  action(deploy, async (options, id: string) => {
    const env = systemEnvironment();
    return await deployed(chainThatIsOn(env, id), payerKey(env), options.yes === true);
  });
};

const chainThatIsOn = (env: Env, id: string): EnabledChain => {
  const on = loadChains(env);
  const enabled = on.find(({ chain }) => String(chain.id) === id);
  if (enabled) return enabled;
  const known = findChain(Number(id));
  if (known)
    throw new UserError('chain_off', `${known.name} has no RPC URLs: set RPC_URLS_${id}, or rpcUrls in CHAINS_FILE`);
  throw new UserError('unknown_chain', `There is no network ${id}: \`chain list\` shows those that there are`);
};

const addressOf = (key: string): Address => {
  try {
    return new Wallet(key).address as Address;
  } catch {
    // Without the cause, which could show the key.
    throw new UserError('bad_key', 'DEPLOYER_KEY or RELAYER_KEY is no private key: 0x and 64 hex digits are needed');
  }
};

const payerKey = (env: Env): string => {
  const key = env.DEPLOYER_KEY || relayerKeysOf(env)[0];
  if (key) return key;
  throw new UserError('no_key', 'Set DEPLOYER_KEY: the private key of an account that has native coin there');
};

const listed = (on: readonly EnabledChain[]): Result => {
  const ofFile = new Set(configuredEntries().map(({ id }) => id));
  const rows = allChains().map(({ id, name, isTest, local, tokens }) => ({
    ...{ chain_id: id, network: name, on: on.some(({ chain }) => chain.id === id) },
    kind: local ? 'local' : isTest ? 'test' : 'live',
    source: ofFile.has(id) ? 'file' : 'built in',
    tokens: tokens.map(({ name: token }) => token),
  }));
  return {
    json: { digest: chainsDigest(), chains: rows },
    lines: [
      ...table(
        ['id', 'network', 'on', 'kind', 'source', 'tokens'],
        rows.map(({ chain_id, network, on: isOn, kind, source, tokens }) => [
          ...[String(chain_id), network, isOn ? 'on' : 'off', kind, source, tokens.join(' ')],
        ]),
      ),
      '',
      `digest ${chainsDigest()}`,
    ],
  };
};

const checked = ({ chain }: EnabledChain, findings: readonly ChainFinding[]): Result => {
  const bad = findings.filter(({ state }) => state !== 'ok');
  return {
    json: { ok: bad.length === 0, chain_id: chain.id, network: chain.name, findings },
    lines: [
      ...table(
        ['state', 'what', 'field', 'says'],
        findings.map(({ state, what, field, detail }) => [state, what, field, detail]),
      ),
      '',
      bad.length === 0
        ? `${chain.name} is ready.`
        : `${chain.name}: ${bad.length} of ${findings.length} are not right.`,
    ],
  };
};

const coins = (wei: Wei, { nativeSymbol }: { nativeSymbol: string }): string =>
  `${formatDecimal(wei, NATIVE_DECIMALS, 4)} ${nativeSymbol}`;

const planLines = ({ chain, payer, balance, gasPrice, steps, cost }: DeploymentPlan): string[] => [
  `${chain.name} (${chain.id})`,
  ...table(
    ['what', 'address', 'state', 'gas', 'sends'],
    steps.map(({ what, address, isThere, gas, value }) => [
      ...[what, address, isThere ? 'there' : 'missing', String(gas), value > 0n ? coins(value, chain) : ''],
    ]),
  ),
  ...fields([
    ['pays', payer],
    ['has', coins(balance, chain)],
    ['gas price, at most', `${gasPrice} wei`],
    ['cost, at most', `${coins(cost, chain)}${chain.isOpStack ? ', and the fee for data on Ethereum' : ''}`],
  ]),
];

const planJson = ({ chain, payer, balance, gasPrice, steps, cost }: DeploymentPlan) => ({
  ...{
    chain_id: chain.id,
    payer,
    balance_wei: String(balance),
    gas_price_wei: String(gasPrice),
    cost_wei: String(cost),
  },
  steps: steps.map(({ what, address, isThere, gas, value }) => ({
    ...{ what, address, is_there: isThere, gas: String(gas), value_wei: String(value) },
  })),
});

const deployed = async ({ chain, rpcUrls }: EnabledChain, privateKey: string, isAgreed: boolean): Promise<Result> => {
  const payer = addressOf(privateKey);
  const pool = createRpcPool({ chainId: chain.id, urls: rpcUrls, timeoutMs: 15_000 });
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    const plan = await planDeployment(pool, chain, payer);
    if (plan.steps.every(({ isThere }) => isThere))
      return { json: { ...planJson(plan), sent: false }, lines: [...planLines(plan), '', 'Everything is there.'] };
    for (const line of planLines(plan)) progress(line);
    if (plan.balance < plan.cost)
      throw new UserError(
        'too_little',
        `${payer} has ${coins(plan.balance, chain)}: up to ${coins(plan.cost, chain)} are needed`,
      );
    if (!isAgreed) await agree(`Spend up to ${coins(plan.cost, chain)} of ${payer}?`);
    await runDeployment({ pool, plan, privateKey, onProgress: progress });
    const after = await planDeployment(pool, chain, payer);
    const spent = plan.balance - after.balance;
    return {
      json: { ...planJson(after), sent: true, spent_wei: String(spent) },
      lines: ['', `Deployed. Spent ${formatDecimal(spent, NATIVE_DECIMALS, 4)} ${chain.nativeSymbol}.`],
    };
  } finally {
    await pool.close();
  }
};

/** Asks the person at the terminal. Throws UserError without one, and for every other reply than "yes". */
const agree = async (question: string): Promise<void> => {
  if (!process.stdin.isTTY) throw new UserError('not_agreed', `${question} Nothing was sent: say --yes to agree`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} Type "yes": `);
    if (answer.trim().toLowerCase() !== 'yes') throw new UserError('not_agreed', 'Nothing was sent.');
  } finally {
    terminal.close();
  }
};
