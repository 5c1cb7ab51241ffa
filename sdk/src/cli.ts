#!/usr/bin/env node
// The command `allscale-checkout`: reads its arguments and the variables of the downloaded .env file, and listens.
import { AllScaleApiError } from './errors.ts';
import { listen } from './listener.ts';

/** What is used of Node, so that the package needs no types of it. */
declare const process: {
  argv: string[];
  env: Record<string, string | undefined>;
  exitCode?: number;
  stdout: { write(text: string): void };
  stderr: { write(text: string): void };
  once(signal: 'SIGINT' | 'SIGTERM', listener: () => void): void;
  loadEnvFile?(path: string): void;
};

const USAGE = `Usage: allscale-checkout listen --forward http://localhost:3000/hook [options]

Forwards the events of a test store to a URL on this machine, signed as webhooks.

  --forward <url>    where events are posted
  --env-file <path>  the .env file of the key (Dashboard, Developers); or set the variables ALLSCALE_BASE_URL,
                     ALLSCALE_API_KEY and ALLSCALE_API_SECRET. The secret is no option: others could read it.
  --url <url>        the checkout server, in place of ALLSCALE_BASE_URL
  --key <key>        st_test_…, in place of ALLSCALE_API_KEY
  --events <types>   all, or types with commas; default: what the store's webhook URL gets
  --after <number>   begin after this sequence number; default: after the newest event
`;

const OPTIONS = ['forward', 'env-file', 'url', 'key', 'events', 'after'] as const;
type Option = (typeof OPTIONS)[number];

const read = (args: readonly string[]): Partial<Record<Option, string>> => {
  const given: Partial<Record<Option, string>> = {};
  const rest = [...args];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const [, name = '', inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(argument) ?? [];
    const option = OPTIONS.find((known) => known === name);
    if (!option) throw new TypeError(`Unknown argument: ${name ? `--${name}` : argument}`);
    const value = inline ?? rest.shift();
    if (!value) throw new TypeError(`--${name} needs a value`);
    given[option] = value;
  }
  return given;
};

const needed = (value: string | undefined, what: string): string => {
  if (value) return value;
  throw new TypeError(`${what} is needed`);
};

const main = async ([command, ...args]: readonly string[]): Promise<void> => {
  if (command === undefined || command === 'help' || command === '--help' || args.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  if (command !== 'listen') throw new TypeError(`Unknown command: ${command}`);
  const given = read(args);
  if (given['env-file']) {
    if (!process.loadEnvFile) throw new TypeError('--env-file needs Node 20.12 or later');
    process.loadEnvFile(given['env-file']);
  }
  const { env } = process;
  const { after, events } = given;
  if (after !== undefined && !/^\d{1,15}$/.test(after)) throw new TypeError('--after must be a whole number');
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  await listen({
    baseUrl: needed(given.url ?? env.ALLSCALE_BASE_URL, 'ALLSCALE_BASE_URL or --url'),
    apiKey: needed(given.key ?? env.ALLSCALE_API_KEY, 'ALLSCALE_API_KEY or --key'),
    apiSecret: needed(env.ALLSCALE_API_SECRET, 'ALLSCALE_API_SECRET'),
    forwardTo: needed(given.forward, '--forward'),
    ...(events === undefined ? {} : { events: events === 'all' ? [] : events.split(',') }),
    ...(after === undefined ? {} : { after: Number(after) }),
    signal: stop.signal,
    onLine: (line) => process.stdout.write(`${line}\n`),
  });
};

main(process.argv.slice(2)).catch((error: unknown) => {
  const usage = error instanceof TypeError ? `\n\n${USAGE}` : '';
  const code = error instanceof AllScaleApiError ? ` (${error.code}${error.reason ? `, ${error.reason}` : ''})` : '';
  process.stderr.write(`allscale-checkout: ${(error as Error).message}${code}${usage}\n`);
  process.exitCode = 1;
});
