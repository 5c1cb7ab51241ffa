// `node scripts/temporal-certs.ts [FOLDER]`: the certificates that docker-compose.yml mounts (TEMPORAL_CERTS, default ./temporal-certs).
import { chmodSync, existsSync } from 'node:fs';
import { makeTemporalCertificates } from './lib/temporal-certificates.ts';

const folder = process.argv[2] ?? 'temporal-certs';
if (existsSync(folder)) {
  console.error(
    `${folder} exists: move it away first, because new certificates replace the old ones everywhere at once`,
  );
  process.exit(1);
}
const { server, clients } = await makeTemporalCertificates(folder, ['temporal']);
// Compose mounts files with their modes; the images run as users of their own. The folder itself stays private.
for (const { key } of [server, ...Object.values(clients)]) chmodSync(key, 0o644);
console.log(`${folder}: ca.pem, and certificate and key of server, ${Object.keys(clients).join(', ')}, for 825 days`);
