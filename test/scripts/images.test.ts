// The images contain all files that their processes import. The test copies the files of each stage's COPY lines into an empty folder
// and runs its command without settings: it must report the missing setting, not a missing module.
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { run } from '#scripts/lib/run.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Stage {
  from: string;
  copies: { sources: string[]; target: string }[];
  command: string[];
}

const readStages = (): Map<string, Stage> => {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const line of readFileSync(join(REPOSITORY, 'Dockerfile'), 'utf8').split('\n')) {
    const from = /^FROM (\S+) AS (\S+)/.exec(line);
    if (from) {
      stage = { from: from[1] ?? '', copies: [], command: [] };
      stages.set(from[2] ?? '', stage);
    }
    const copied = /^COPY (?!--from)(.+)$/.exec(line)?.[1]?.split(' ');
    if (copied && stage) stage.copies.push({ target: copied.at(-1) ?? '', sources: copied.slice(0, -1) });
    const command = /^CMD (\[.+\])$/.exec(line)?.[1];
    if (command && stage) stage.command = JSON.parse(command) as string[];
  }
  return stages;
};

const layOut = (name: string, stages: Map<string, Stage>, folder: string): void => {
  const stage = stages.get(name);
  if (!stage) return;
  layOut(stage.from, stages, folder);
  for (const { sources, target } of stage.copies) {
    for (const source of sources.flatMap((pattern) => globSync(pattern, { cwd: REPOSITORY }))) {
      const isFolder = !target.endsWith('/') && sources.length === 1;
      const destination = join(folder, target, isFolder ? '' : source.replace(/^.*\//, ''));
      mkdirSync(dirname(destination), { recursive: true });
      cpSync(join(REPOSITORY, source), destination, { recursive: true });
    }
  }
};

test.each(['web', 'worker', 'migrate'])('the image of %s has every file that its process imports', async (name) => {
  const stages = readStages();
  const folder = mkdtempSync(join(tmpdir(), 'checkout-image-'));
  folders.push(folder);
  layOut(name, stages, folder);
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  const [, ...args] = stages.get(name)?.command ?? [];
  expect(args).toHaveLength(1);
  const { code, stderr } = await run(process.execPath, args, { cwd: folder, env: { NODE_ENV: 'production' } });
  expect(stderr).not.toContain('ERR_MODULE_NOT_FOUND');
  expect(stderr).toContain('DATABASE_URL');
  expect(code).toBe(1);
});
