// The load balancer in front of the web servers: HAProxy with the configuration of docker-compose.yml, on this machine's ports.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../lib/paths.ts';
import { SetupError } from '../lib/setup-error.ts';
import type { Running } from '../lib/stack/child.ts';
import { startReadyChild } from '../lib/stack/ready-child.ts';
import type { TemporalCertificates } from '../lib/temporal-certificates.ts';
import { onPath } from '../lib/tools/on-path.ts';
import { isServing } from './edge-client.ts';

const SHARED = join(REPOSITORY, 'deploy', 'haproxy.cfg');

const haproxy = (): string => {
  const found = onPath('haproxy') ?? ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'].find((path) => existsSync(path));
  if (found) return found;
  throw new SetupError('the load balancer is missing: install haproxy, on Debian "apt-get install haproxy"');
};

export interface BalancerOptions {
  dataDir: string;
  port: number;
  /** Ports of the web servers. */
  webPorts: readonly number[];
  /** The server certificate is the one of `publicUrl`'s host. */
  certificates: TemporalCertificates;
  publicUrl: string;
}

/** Replaces a line that must be there. */
const replaceLine = (text: string, line: RegExp, by: string): string => {
  if (!line.test(text)) throw new Error(`deploy/haproxy.cfg has no line ${line}`);
  return text.replace(line, () => by);
};

/** The shared configuration with this machine's port, certificate and servers. */
export const balancerConfig = (
  shared: string,
  port: number,
  certificate: string,
  webPorts: readonly number[],
): string => {
  const servers = webPorts.map((webPort, index) => `  server web-${index + 1} 127.0.0.1:${webPort}`).join('\n');
  const bound = replaceLine(shared, /^ {2}bind :443 ssl crt \S+/m, `  bind 127.0.0.1:${port} ssl crt ${certificate}`);
  const served = replaceLine(bound, /^ {2}server-template .+$/m, servers);
  return replaceLine(served, /^resolvers docker\n(?: {2}.+\n)+/m, '');
};

export const startBalancer = async (options: BalancerOptions): Promise<Running> => {
  const { dataDir, port, webPorts, certificates } = options;
  const folder = join(dataDir, 'balancer');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [certificate, file] = [join(folder, 'edge.pem'), join(folder, 'haproxy.cfg')];
  // HAProxy reads certificate and key from one file.
  const { cert, key } = certificates.server;
  writeFileSync(certificate, `${readFileSync(cert, 'utf8')}${readFileSync(key, 'utf8')}`, { mode: 0o600 });
  writeFileSync(file, balancerConfig(readFileSync(SHARED, 'utf8'), port, certificate, webPorts));
  const authority = readFileSync(certificates.ca, 'utf8');
  return await startReadyChild(
    { name: 'balancer', dataDir, command: [haproxy(), '-db', '-f', file] },
    {
      title: 'haproxy',
      what: 'the load balancer',
      timeoutMs: 60_000,
      intervalMs: 200,
      isReady: async () => await isServing(options.publicUrl, authority),
    },
  );
};
