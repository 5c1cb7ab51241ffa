// Images of docker-compose.yml and Dockerfile, pinned by the digest beside their tag.
import { run } from './run.ts';

const IMAGES = /((?:image: |NODE_IMAGE=))([\w./-]+:[\w.-]+)(?:@sha256:[0-9a-f]{64})?/g;

/** Names with their tags, each once. */
export const imagesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(IMAGES)].map(([, , image]) => image ?? '')),
];

/** As they stand there, with the digest that they are pinned by. */
export const referencesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(IMAGES)].map(([all, before = '']) => all.slice(before.length))),
];

/** What is wrong with the digests of a text, one line for each image; nothing when each is the registry's of its tag. @param find as `digestOf` */
export const wrongDigests = async (text: string, find: (image: string) => Promise<string>): Promise<string[]> => {
  const problems: string[] = [];
  for (const reference of referencesIn(text)) {
    const [image = '', pinned] = reference.split('@');
    if (!pinned) {
      problems.push(`${image} is pinned by no digest`);
      continue;
    }
    const newest = await find(image);
    if (newest === pinned) continue;
    const exists = await find(reference).then(
      () => true,
      () => false,
    );
    const what = exists ? 'an older build, or another image of this repository' : 'nothing in this repository';
    problems.push(`${image} is pinned by ${pinned}, which is ${what}; its tag is ${newest}`);
  }
  return problems;
};

/** The text with each image's digest, in place of an older one. */
export const withDigests = (text: string, digests: ReadonlyMap<string, string>): string =>
  text.replace(IMAGES, (_all, before: string, image: string) => `${before}${image}@${digests.get(image)}`);

/** The digest that the registry has for the tag. Throws without one. @param env where docker is found */
export const digestOf = async (image: string, env?: NodeJS.ProcessEnv): Promise<string> => {
  const args = ['buildx', 'imagetools', 'inspect', image, '--format', '{{.Manifest.Digest}}'];
  const { code, stdout, stderr } = await run('docker', args, env ? { env } : {});
  const digest = stdout.trim();
  if (code === 0 && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
  throw new Error(`no digest of ${image}: ${stderr.trim() || digest}`);
};
