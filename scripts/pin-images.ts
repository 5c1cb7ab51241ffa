// `node scripts/pin-images.ts`: writes the digest behind each image tag of docker-compose.yml and Dockerfile beside it. With `--check` it
// writes nothing, names each digest that is not its tag's, and ends with 1 if there is one: the workflow `images` runs that when these files change
// and once a week, and every release does before it builds. Needs docker and the network.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { digestOf, imagesIn, withDigests, wrongDigests } from './lib/image-digests.ts';
import { REPOSITORY } from './lib/paths.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const pin = async (file: string, text: string): Promise<void> => {
  const digests = new Map<string, string>();
  for (const image of imagesIn(text)) digests.set(image, await digestOf(image));
  writeFileSync(join(REPOSITORY, file), withDigests(text, digests));
  for (const [image, digest] of digests) console.log(`${file}: ${image}@${digest}`);
};

for (const file of ['docker-compose.yml', 'Dockerfile']) {
  const text = readFileSync(join(REPOSITORY, file), 'utf8');
  if (!values.check) {
    await pin(file, text);
    continue;
  }
  const problems = await wrongDigests(text, digestOf);
  for (const problem of problems) console.error(`${file}: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
if (process.exitCode === 1) console.error('Renew them with `node scripts/pin-images.ts`.');
