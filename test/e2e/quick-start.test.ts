// A system as `npm start` runs it: every command of the documentation's page on self-hosting as printed, and a merchant's way from the
// application to paid orders. Afterwards no secret of the run is in a log, an error response or a Temporal history.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportCsvLink, unsubscribeLink } from '#db/reports/report-links.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { type RunResult, run } from '#scripts/lib/run.ts';
import { rpcCall } from '#scripts/lib/stack/json-rpc.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import type { DemoPeople } from '#scripts/seed-people.ts';
import { cookieHeader, keepCookies } from '#test/support/cookie-jar.ts';
import { linesOf } from '#test/support/kept-lines.ts';
import { type RunningSystem, startSystem } from '#test/support/running-system.ts';
import { signedRequest } from '#test/support/signed-client.ts';
import { derivePasswordKeys } from '#web/account/keys/password-keys.ts';
import { launchBrowser } from './support/browser.ts';
import { findLeaks, historiesOf, logsOf, type Place, type Secrets } from './support/leaks.ts';
import { mailedText } from './support/mailbox.ts';
import { walkMerchantJourney } from './support/merchant-journey.ts';

let system: RunningSystem;
let result: RunResult;

const secretFile = (): string => join(system.dataDir, 'quick-start-secret');

const blocks = (): string[] =>
  [
    ...readFileSync(join(REPOSITORY, 'docs', 'guide', 'self-hosted.md'), 'utf8').matchAll(/^```bash\n(.*?)^```$/gms),
  ].map(([, block]) => block ?? '');

const peopleOf = ({ dataDir }: RunningSystem): DemoPeople =>
  JSON.parse(readFileSync(join(dataDir, 'demo-people.json'), 'utf8')) as DemoPeople;

beforeAll(async () => {
  system = await startSystem();
  const { PATH = '', HOME = '' } = process.env;
  // Only the shell knows the shop's secret.
  const commands = [...blocks(), `printf %s "$ALLSCALE_API_SECRET" > "${secretFile()}"`];
  result = await run('bash', ['-euo', 'pipefail', '-c', commands.join('\n')], {
    cwd: REPOSITORY,
    timeoutMs: 120_000,
    env: {
      NODE_ENV: 'development',
      PATH,
      HOME,
      DATA_DIR: system.dataDir,
      CHECKOUT: system.addresses.web,
      HOOK_PORT: String(await freePort()),
    },
  });
});

afterAll(async () => {
  await system?.dispose();
});

it('runs to its end', () => {
  expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
});

it('signs a request, creates a checkout and sees it confirmed', () => {
  expect(result.stdout).toContain('"payload":{"pong":"ok"}');
  expect(result.stdout).toMatch(/"checkout_url":"http[^"]+","allscale_checkout_intent_id":"[0-9a-f]{24}"/);
  expect(result.stdout).toMatch(/^\{"code":0,"payload":20,/m);
  expect(result.stdout).toContain('"actual_paid_amount":"12.5000","service_fee_amount":"0.1000"');
});

it('receives the webhook, and both ways of checking accept its signature', () => {
  expect(result.stdout).toMatch(/signature verified {2}checkout_intent\.confirmed: 12\.5000 USDT, order A-1001/);
  expect(result.stdout).toContain('The webhook is genuine.');
});

it('what stands on-chain opens no page: no part of the factory’s logs and calls is an id of an order', async () => {
  const rpcUrl = String(system.env.RPC_URLS_31337).split(',')[0] ?? '';
  const filter = { address: FACTORY_ADDRESS, fromBlock: '0x0', toBlock: 'latest' };
  const logs = await waitFor(
    async () => {
      const found = await rpcCall<{ topics: string[]; data: string; transactionHash: string }[]>(
        rpcUrl,
        'eth_getLogs',
        [filter],
      );
      return found.length > 0 ? found : undefined;
    },
    { what: 'the settlement’s event', timeoutMs: 60_000 },
  );
  const texts = logs.flatMap(({ topics, data }) => [...topics, data]);
  for (const { transactionHash } of logs) {
    const { input } = await rpcCall<{ input: string }>(rpcUrl, 'eth_getTransactionByHash', [transactionHash]);
    texts.push(input);
  }
  // Every 12 bytes in a row, at every byte.
  const parts = new Set(
    texts.flatMap((text) =>
      Array.from({ length: (text.length - 2) / 2 - 11 }, (_, byte) => text.substr(2 + 2 * byte, 24)),
    ),
  );
  expect(parts.size).toBeGreaterThan(100);
  const settled = /"allscale_checkout_intent_id":"([0-9a-f]{24})"/.exec(result.stdout)?.[1] ?? '';
  const client = new pg.Client({ connectionString: system.ownerUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string; contract_id: string }>(
    'select id, contract_id from checkout_intent where id = any($1) or contract_id = any($1)',
    [[...parts]],
  );
  await client.end();
  // The order is there by its contract's id, and by nothing that opens its checkout.
  expect(rows.map(({ id }) => id)).toContain(settled);
  for (const { id, contract_id: contractId } of rows) {
    expect([...parts]).not.toContain(id);
    expect((await fetch(`${system.addresses.web}/checkout/${contractId}/view`)).status).toBe(404);
  }
});

let journey: Awaited<ReturnType<typeof walkMerchantJourney>>;

it('a merchant applies, is activated, creates a key and an order, is paid and sees it; after a suspension the open order completes', async () => {
  const { operator } = peopleOf(system);
  const browser = await launchBrowser();
  try {
    journey = await walkMerchantJourney(browser, system, operator);
  } finally {
    await browser.close();
  }
});

describe('what a run leaves behind', () => {
  /** Responses of 400 and above. */
  const errors: Place[] = [];
  let secrets: Secrets;

  /** A browser on this system that keeps cookies and error responses. */
  const openBrowser = () => {
    const cookies = new Map<string, string>();
    const request = async (
      path: string,
      init: { body?: object | URLSearchParams; origin?: string } = {},
    ): Promise<string> => {
      const { web } = system.addresses;
      const isForm = init.body instanceof URLSearchParams;
      const response = await fetch(new URL(path, web), {
        method: init.body ? 'POST' : 'GET',
        redirect: 'manual',
        headers: {
          'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
          origin: init.origin ?? web,
          cookie: cookieHeader(cookies),
        },
        ...(init.body ? { body: isForm ? String(init.body) : JSON.stringify(init.body) } : {}),
      });
      keepCookies(cookies, response);
      const text = await response.text();
      // A page may contain its own URL, which its visitor already had.
      const said = text.replaceAll(new URL(path, web).pathname, '');
      if (response.status >= 400)
        errors.push({ name: `the answer ${response.status} of ${path.split('?')[0]}`, text: said });
      return text;
    };
    return { cookies, request };
  };

  const inDatabase = async <Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> => {
    const client = new pg.Client({ connectionString: system.ownerUrl });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };

  /** The secret of an e-mailed link: the match of the pattern's group. */
  const mailedSecret = (email: string, pattern: RegExp): Promise<string> => mailedText(system.ownerUrl, email, pattern);

  /** Invites somebody; the link is opened unchanged, mistyped, and while its page fails. @returns its secret */
  const inviteSomebody = async (browser: ReturnType<typeof openBrowser>, owner: string): Promise<string> => {
    const [store] = await inDatabase(
      async (client) =>
        (
          await client.query<{ id: string }>(
            'select s.id from store s join member m on m.merchant_id = s.merchant_id where m.email = $1 limit 1',
            [owner],
          )
        ).rows,
    );
    const email = 'helper@quick-start.example';
    await browser.request(`/dashboard/${store?.id}/team`, {
      body: new URLSearchParams({ do: 'invite', email, role: 'viewer' }),
    });
    const token = await mailedSecret(email, /dashboard\/invitation\/([\w-]+)/);
    const path = `/dashboard/invitation/${token}`;
    expect(await browser.request(path)).toContain(email);
    await browser.request(`${path}x`);
    await inDatabase(async (client) => {
      await client.query('alter table invitation rename to invitation_away');
      try {
        for (const failing of [path, `${path}.data`]) await browser.request(failing);
      } finally {
        await client.query('alter table invitation_away rename to invitation');
      }
    });
    expect(errors.filter(({ name }) => name.startsWith('the answer 500'))).toHaveLength(2);
    return token;
  };

  beforeAll(async () => {
    const { env, addresses } = system;
    const { owner, operator } = peopleOf(system);
    const { logInSecret } = await derivePasswordKeys(owner.email, owner.password);
    const { logInSecret: wrongSecret } = await derivePasswordKeys(owner.email, 'a wrong guess of a password');
    const keys = parseMasterKeys(String(env.MASTER_KEYS));
    const browser = openBrowser();
    const logIn = (password: string) =>
      browser.request('/api/auth/sign-in/email', { body: { email: owner.email, password } });

    await logIn(wrongSecret);
    await logIn(logInSecret);
    const invitationToken = await inviteSomebody(browser, owner.email);
    const factor = JSON.parse(
      await browser.request('/api/auth/two-factor/enable', { body: { password: logInSecret } }),
    );
    await browser.request('/api/auth/two-factor/verify-totp', { body: { code: '000000' } });
    await browser.request('/api/auth/request-password-reset', { body: { email: owner.email } });
    const resetToken = await mailedSecret(owner.email, /new-password\?token=([\w-]+)/);
    await browser.request(`/account/new-password?token=${resetToken}`);
    await browser.request('/api/auth/reset-password', { body: { token: resetToken, newPassword: owner.password } });

    const [csvLink, endLink] = [
      reportCsvLink(keys, addresses.web, '999999', new Date()),
      unsubscribeLink(keys, addresses.web, 'sto_none', owner.email),
    ];
    for (const link of [csvLink, endLink, `${csvLink}x`]) await browser.request(link);
    const session = [...browser.cookies].find(([name]) => name.endsWith('session_token'))?.[1];
    const others = ['/c/000000000000000000000000', '/dashboard/sto_none/orders', '/operator', `/none?token=${session}`];
    for (const path of [...others, '/%ff']) await browser.request(path);
    await browser.request('/account/log-in', { body: { password: owner.password }, origin: 'https://evil.example' });

    const shop = readFileSync(secretFile(), 'utf8');
    const demo = { api_key: String(env.DEMO_API_KEY), api_secret: String(env.DEMO_API_SECRET) };
    for (const [what, credentials] of Object.entries({
      'a wrong signature': { ...demo, api_secret: shop },
      'a wrong key': { api_key: `st_${'0'.repeat(32)}`, api_secret: demo.api_secret },
      'a wrong body': demo,
    })) {
      const reply = await signedRequest(addresses.web, credentials, 'POST', '/v1/checkout_intents/', {
        extra: demo.api_secret,
      });
      expect(reply.code, what).not.toBe(0);
      errors.push({ name: `the API's response to ${what}`, text: JSON.stringify(reply) });
    }

    secrets = {
      'the shop’s API and webhook secret': shop,
      'the demo shop’s API and webhook secret': demo.api_secret,
      'the secret of a key from the dashboard': journey.apiSecret,
      'the master key': env.MASTER_KEYS?.split(':')[1],
      'the secret of log-ins': env.AUTH_SECRET,
      'the relayer’s key': env.RELAYER_KEY,
      'the chains’ mnemonic': 'test test test test',
      'the database’s password': new URL(String(env.DATABASE_URL)).password,
      'the database owner’s password': new URL(system.ownerUrl).password,
      'the owner’s password': owner.password,
      'the operator’s password': operator.password,
      'the owner’s log-in secret': logInSecret,
      'a wrong log-in secret': wrongSecret,
      'the session’s cookie': session,
      'the session’s token': decodeURIComponent(session ?? '').split('.')[0],
      'the TOTP secret': new URL(factor.totpURI).searchParams.get('secret') ?? undefined,
      'a backup code': factor.backupCodes[0],
      'the link of an invitation': invitationToken,
      'the link for a new password': resetToken,
      'the link to a CSV': new URL(csvLink).searchParams.get('token')?.split('.')[1],
      'the link that ends reports': new URL(endLink).searchParams.get('token')?.split('.')[1],
    };
  });

  it('no log has a secret', () => {
    const logs = logsOf(system.dataDir);
    const names = logs.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['web.log', 'worker.log', 'temporal.log', 'postgres.log']));
    // Proves that the search reads what was written.
    expect(findLeaks(logs, { 'a path': '/v1/checkout_intents/', 'a page': '/account/new-password' })).toEqual([
      ...['a path in web.log', 'a page in web.log'],
    ]);
    expect(findLeaks(logs, secrets)).toEqual([]);
  });

  it('lines of one order name it alike in web and worker, and no line has an e-mail address', () => {
    const logs = new Map(logsOf(system.dataDir).map(({ name, text }) => [name, text]));
    const [web = '', worker = ''] = ['web.log', 'worker.log'].map((name) => logs.get(name));
    const [, intent, requestId] =
      /"allscale_checkout_intent_id":"([0-9a-f]{24})".*?"request_id":"(req_\w+)"/.exec(result.stdout) ?? [];
    const order = { intent, order: 'A-1001', trace_id: `${intent}00000000` };
    expect(linesOf(web).filter(({ request_id: id }) => id === requestId)).toMatchObject([
      { ...order, method: 'POST', path: '/v1/checkout_intents/', status: 200 },
    ]);
    const lines = linesOf(worker).filter((line) => line.intent === intent);
    const ended = lines.filter(({ msg }) => msg === 'activity ended');
    expect(ended.map(({ activity }) => activity)).toEqual(expect.arrayContaining(['assessOrder', 'deliverWebhook']));
    for (const line of ended) expect(line).toMatchObject(order);
    for (const line of lines) expect(line.trace_id).toBe(order.trace_id);
    expect(lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['transfer seen', 'transfer confirmed']));
    for (const text of [web, worker]) expect(text.match(/[\w.+-]+@[\w-]+\.\w+/g)).toBeNull();
  });

  it('no error response has a secret', () => {
    expect(errors.length).toBeGreaterThan(8);
    expect(findLeaks(errors, secrets)).toEqual([]);
  });

  it('no history of Temporal has a secret, with payloads decoded', async () => {
    const histories = await historiesOf(String(system.env.TEMPORAL_ADDRESS), String(system.env.TEMPORAL_NAMESPACE));
    const intentId = /"allscale_checkout_intent_id":"([0-9a-f]{24})"/.exec(result.stdout)?.[1];
    // That of the order with its webhook, and those of e-mails, with bytes decoded as text.
    const order = histories.find(({ name }) => name.endsWith(`-${intentId}`));
    expect(order?.name).toMatch(/^the history of checkout-/);
    expect(order?.text).toContain('deliverWebhook');
    expect(histories.map(({ name }) => name).join()).toMatch(/the history of email-/);
    expect(findLeaks(histories, { 'an encoding': 'json/plain' })).toContain(`an encoding in ${order?.name}`);
    expect(findLeaks(histories, secrets)).toEqual([]);
  });
});
