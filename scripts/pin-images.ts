// `node scripts/pin-images.ts`: writes the digest behind each image tag of docker-compose.yml and Dockerfile beside it. Needs docker and
// the network. Dependabot then keeps tag and digest up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './lib/paths.ts';
import { run } from './lib/run.ts';

const IMAGES = /((?:image: |NODE_IMAGE=))([\w./-]+:[\w.-]+)(?:@sha256:[0-9a-f]{64})?/g;

const digestOf = async (image: string): Promise<string> => {
  const format = '{{.Manifest.Digest}}';
  const { code, stdout, stderr } = await run('docker', ['buildx', 'imagetools', 'inspect', image, '--format', format]);
  const digest = stdout.trim();
  if (code === 0 && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
  throw new Error(`no digest of ${image}: ${stderr.trim() || digest}`);
};

for (const name of ['docker-compose.yml', 'Dockerfile']) {
  const file = join(REPOSITORY, name);
  const text = readFileSync(file, 'utf8');
  const images = new Set([...text.matchAll(IMAGES)].map(([, , image]) => image ?? ''));
  const digests = new Map<string, string>();
  for (const image of images) digests.set(image, await digestOf(image));
  writeFileSync(
    file,
    text.replace(IMAGES, (_all, before: string, image: string) => `${before}${image}@${digests.get(image)}`),
  );
  for (const [image, digest] of digests) console.log(`${name}: ${image}@${digest}`);
}
