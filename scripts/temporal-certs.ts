// `node scripts/temporal-certs.ts [FOLDER]`: the certificates that docker-compose.yml mounts (TEMPORAL_CERTS, default ./temporal-certs).
// With `--replace web`, `worker` or `ui`: a new one for that client only, because its old one leaked or ends.
import { chmodSync, existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  makeTemporalCertificates,
  replaceClientCertificate,
  TEMPORAL_CLIENTS,
  type TemporalCertificates,
} from './lib/temporal-certificates.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { replace: { type: 'string' } } });
const folder = positionals[0] ?? 'temporal-certs';

/** Compose mounts files with their modes; the images run as users of their own. The folder itself stays private. */
const letImagesRead = ({ server, clients }: TemporalCertificates): void => {
  for (const { key } of [server, ...Object.values(clients)]) chmodSync(key, 0o644);
};

const fail = (message: string): never => {
  console.error(message);
  process.exit(1);
};

if (values.replace === undefined) {
  if (existsSync(folder)) {
    fail(
      `${folder} exists: move it away first, or replace one certificate with --replace ${TEMPORAL_CLIENTS.join('|')}`,
    );
  }
  letImagesRead(await makeTemporalCertificates(folder, ['temporal']));
  const names = TEMPORAL_CLIENTS.join(', ');
  console.log(`${folder}: ca.pem, clients.pem, and certificate and key of server, ${names}, for 825 days`);
} else {
  const client =
    TEMPORAL_CLIENTS.find((name) => name === values.replace) ?? fail(`--replace: ${TEMPORAL_CLIENTS.join(', ')}`);
  letImagesRead(await replaceClientCertificate(folder, client));
  console.log(
    `${folder}: a new certificate of ${client}. Restart Temporal, which then refuses the old one, and ${client}`,
  );
}
