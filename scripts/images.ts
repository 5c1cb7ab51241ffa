// `npm run images [NAME …]`: builds the images of migrate, web and worker with docker, podman or buildah, and prints their sizes. With
// `-- --check` it then pays once through all three (`npm run cluster -- --check --images`), and ends with 0 or 1.
// Names: IMAGE_PREFIX/NAME:VERSION, by default localhost/allscale-checkout and the version of package.json.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseImage } from './images/base-image.ts';
import { buildImage, findTool, type Tool } from './images/builder.ts';
import { imageNames, imageVersion } from './images/names.ts';
import { PROCESSES, type ProcessName } from './images/processes.ts';
import { bytesIn, openRoot } from './images/root-folder.ts';
import { referencesIn } from './lib/image-digests.ts';
import { REPOSITORY } from './lib/paths.ts';
import { step, toStderr } from './lib/progress.ts';
import { run } from './lib/run.ts';
import { explain, SetupError } from './lib/setup-error.ts';

const read = (name: string): string => readFileSync(join(REPOSITORY, name), 'utf8');

const namesFrom = (args: readonly string[]): readonly ProcessName[] => {
  const names = args.map((arg) => {
    const name = PROCESSES.find((known) => known === arg);
    if (!name) throw new SetupError(`there is no image "${arg}": known are ${PROCESSES.join(', ')}`);
    return name;
  });
  return names.length > 0 ? names : PROCESSES;
};

const sizeOf = async (tool: Tool, image: string): Promise<number> => {
  const root = await openRoot(tool, image);
  try {
    return bytesIn(root.path);
  } finally {
    await root.remove();
  }
};

const main = async (): Promise<void> => {
  const { env } = process;
  const args = process.argv.slice(2);
  const check = args.includes('--check');
  const names = namesFrom(args.filter((arg) => arg !== '--check'));
  const tool = await findTool(env);
  const nodeImage = await baseImage(tool, env.NODE_IMAGE, referencesIn(read('Dockerfile'))[0] ?? '', toStderr);
  const version = imageVersion(env);
  const images = imageNames(env);
  const revision = (await run('git', ['rev-parse', 'HEAD'], { cwd: REPOSITORY })).stdout.trim() || 'unknown';
  const lines: string[] = [];
  const base = await sizeOf(tool, nodeImage);
  for (const target of names) {
    const image = images[target];
    await step(toStderr, `building ${image} with ${tool}`, async () => {
      await buildImage(tool, { target, image, nodeImage, version, revision });
    });
    const size = await sizeOf(tool, image);
    const inMb = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`.padStart(7);
    lines.push(`${image.padEnd(45)} base ${inMb(base)}   image ${inMb(size)}   above the base ${inMb(size - base)}`);
  }
  console.log(`base ${nodeImage}\n${lines.join('\n')}`);
  if (check) process.exitCode = await payThroughImages();
};

/** @returns the exit code */
const payThroughImages = async (): Promise<number> => {
  const command = [join(REPOSITORY, 'scripts', 'cluster.ts'), '--check', '--images'];
  const child = spawn(process.execPath, command, { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
};

main().catch((error: unknown) => {
  console.error(`npm run images: ${explain(error)}`);
  process.exit(1);
});
