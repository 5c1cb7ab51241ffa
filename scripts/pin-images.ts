// `node scripts/pin-images.ts`: writes the digest behind each image tag of docker-compose.yml and Dockerfile beside it. Needs docker and
// the network. Dependabot then keeps tag and digest up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, imagesIn, withDigests } from './lib/image-digests.ts';
import { REPOSITORY } from './lib/paths.ts';

for (const name of ['docker-compose.yml', 'Dockerfile']) {
  const file = join(REPOSITORY, name);
  const text = readFileSync(file, 'utf8');
  const digests = new Map<string, string>();
  for (const image of imagesIn(text)) digests.set(image, await digestOf(image));
  writeFileSync(file, withDigests(text, digests));
  for (const [image, digest] of digests) console.log(`${name}: ${image}@${digest}`);
}
