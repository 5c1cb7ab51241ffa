// The web process as in production, with a benchmark's database. Chains and Temporal need only be configured: the benchmarks do not
// call them.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePort } from '#scripts/lib/ports.ts';
import { startService } from '#scripts/lib/stack/service.ts';
import { buildWebBundle } from '#scripts/lib/web-bundle.ts';
import { FEE_RECEIVER } from './new-intent.ts';
import type { BenchStack } from './stack.ts';

export interface WebProcess {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

export const startWebProcess = async (
  stack: BenchStack,
  say: (line: string) => void,
  env: Readonly<Record<string, string>> = {},
): Promise<WebProcess> => {
  await buildWebBundle(say);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const service = await startService({
    name: 'web',
    dataDir: stack.dataDir,
    command: [process.execPath, join('web', 'server.ts')],
    healthUrl: `${url}/healthz`,
    env: {
      ...process.env,
      // Production's code with settings of one machine, which production refuses.
      NODE_ENV: 'test',
      LOG_LEVEL: 'warn',
      DATABASE_URL: stack.databaseUrl,
      MASTER_KEYS: stack.masterKeys,
      AUTH_SECRET: randomBytes(32).toString('base64url'),
      PUBLIC_URL: 'https://pay.example',
      PORT: String(port),
      HOST: '127.0.0.1',
      TRUSTED_PROXIES: '127.0.0.1',
      FEE_RECEIVER,
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      // The URLs enable the chains.
      RPC_URLS_31337: 'http://127.0.0.1:1',
      RPC_URLS_31338: 'http://127.0.0.1:1',
      DEMO_SHOP: 'off',
      ...env,
    },
  });
  return { url, pid: service.pid, stop: () => service.stop() };
};
