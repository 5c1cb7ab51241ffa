// Pinning of images by digest: every image is found, an older digest is replaced, and only a digest of the registry is written.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { digestOf, imagesIn, referencesIn, withDigests, wrongDigests } from '#scripts/lib/image-digests.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'checkout-docker-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (file: string): string => readFileSync(join(REPOSITORY, file), 'utf8');
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

test('every image that compose and Dockerfile name is found', () => {
  const compose = read('docker-compose.yml');
  const named = [...compose.matchAll(/^\s+image: (\S+)$/gm)].map(([, image = '']) => image.replace(/@.*/, ''));
  expect(named.length).toBeGreaterThan(2);
  expect(imagesIn(compose).sort()).toEqual([...new Set(named)].sort());
  const dockerfile = read('Dockerfile');
  expect(imagesIn(dockerfile)).toEqual([/^ARG NODE_IMAGE=([^@\s]+)/m.exec(dockerfile)?.[1]]);
  // Every stage is built on that one image or on another stage.
  const bases = [...dockerfile.matchAll(/^FROM (\S+)(?: AS (\S+))?/gm)];
  const stages = bases.map(([, , stage]) => stage);
  for (const [, base] of bases)
    expect([base, /^\$\{NODE_IMAGE\}$/.test(base ?? '') || stages.includes(base)]).toEqual([base, true]);
});

test('each of them is pinned by a digest', () => {
  const references = ['docker-compose.yml', 'Dockerfile'].flatMap((file) => referencesIn(read(file)));
  expect(references.filter((reference) => !/:[\w.-]+@sha256:[0-9a-f]{64}$/.test(reference))).toEqual([]);
  expect(references.length).toBeGreaterThan(4);
});

test('a digest is written beside the tag, in place of an older one, and again changes nothing', () => {
  const text = `a:\n  image: postgres:18\nb:\n  image: ghcr.io/x/y:1.2.3@${digest('0')}\nARG NODE_IMAGE=node:24-slim\nFROM \${NODE_IMAGE}\n`;
  const digests = new Map([
    ['postgres:18', digest('1')],
    ['ghcr.io/x/y:1.2.3', digest('2')],
    ['node:24-slim', digest('3')],
  ]);
  const pinned = withDigests(text, digests);
  expect(pinned).toBe(
    `a:\n  image: postgres:18@${digest('1')}\nb:\n  image: ghcr.io/x/y:1.2.3@${digest('2')}\nARG NODE_IMAGE=node:24-slim@${digest('3')}\nFROM \${NODE_IMAGE}\n`,
  );
  expect(withDigests(pinned, digests)).toBe(pinned);
  expect(imagesIn(pinned)).toEqual([...digests.keys()]);
});

test.each([
  ['a digest', `echo ${digest('a')}`, digest('a')],
  [
    'a failure of docker',
    `echo ${digest('a')}; echo 'no such image' >&2; exit 1`,
    'no digest of postgres:18: no such image',
  ],
  ['something else', 'echo sha256:short', 'no digest of postgres:18: sha256:short'],
  ['nothing', 'true', 'no digest of postgres:18: '],
])('docker responds with %s', async (_name, script, expected) => {
  const docker = join(folder, 'docker');
  writeFileSync(docker, `#!/bin/sh\n${script}\n`);
  chmodSync(docker, 0o755);
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  const outcome = await digestOf('postgres:18', env).catch((error: Error) => error.message);
  expect(outcome).toBe(expected);
});

test('a digest that is not its tag’s is named: an older one, one of nobody, and none', async () => {
  const registry: Record<string, string> = {
    'postgres:18': digest('1'),
    'haproxy:3.2': digest('2'),
    [`haproxy:3.2@${digest('a')}`]: digest('a'),
    'node:24-slim': digest('3'),
    'ghcr.io/x/y:1.2.3': digest('4'),
  };
  const find = async (image: string): Promise<string> => {
    const found = registry[image];
    if (!found) throw new Error(`no digest of ${image}`);
    return found;
  };
  const good = `a:\n  image: postgres:18@${digest('1')}\nARG NODE_IMAGE=node:24-slim@${digest('3')}\n`;
  expect(await wrongDigests(good, find)).toEqual([]);
  const bad = `${good}b:\n  image: haproxy:3.2@${digest('a')}\nc:\n  image: ghcr.io/x/y:1.2.3@${digest('b')}\n`;
  expect(await wrongDigests(`${bad}d:\n  image: haproxy:3.2\n`, find)).toEqual([
    expect.stringMatching(/^haproxy:3\.2 is pinned by sha256:a+, which is an older build, .* its tag is sha256:2+$/),
    expect.stringMatching(/^ghcr\.io\/x\/y:1\.2\.3 is pinned by sha256:b+, which is nothing in this repository/),
    'haproxy:3.2 is pinned by no digest',
  ]);
  // A tag that the registry does not have, or a registry that does not respond, is no good digest.
  await expect(wrongDigests(`image: gone:1@${digest('1')}\n`, find)).rejects.toThrow('no digest of gone:1');
});

test('the check runs when the files change, every week and before a release is built', () => {
  const command = 'node scripts/pin-images.ts --check';
  const images = read('.github/workflows/images.yml');
  expect(images).toContain(command);
  expect(images).toMatch(/schedule:\n\s+- cron: "\d+ \d+ \* \* \d"/);
  for (const list of images.matchAll(/paths: \[(.*)\]/g)) {
    expect(list[1]?.split(', ')).toEqual(expect.arrayContaining(['Dockerfile', 'docker-compose.yml']));
  }
  const release = read('.github/workflows/release.yml');
  expect(release.indexOf(command)).toBeGreaterThan(0);
  expect(release.indexOf(command)).toBeLessThan(release.indexOf('docker/build-push-action'));
  for (const ecosystem of ['docker', 'docker-compose'])
    expect(read('.github/dependabot.yml')).toMatch(new RegExp(`package-ecosystem: ${ecosystem}$`, 'm'));
});
