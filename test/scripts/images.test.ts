// The images: each holds all that its process imports, and nothing of what it must not hold. The test lays out what the Dockerfile copies
// and runs the image's command there without settings: it must report the missing setting, not a missing module. `npm run images` builds
// the images themselves, and `npm run images -- --check` pays through them.
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importsOf } from '#scripts/images/imports.ts';
import { layOut } from '#scripts/images/lay-out.ts';
import { copyPackage, withNeeds } from '#scripts/images/packages.ts';
import { argumentsOf, PROCESSES, type ProcessName } from '#scripts/images/processes.ts';
import { bytesIn } from '#scripts/images/root-folder.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { run } from '#scripts/lib/run.ts';
import { buildWebBundle } from '#scripts/lib/web-bundle.ts';
import { readClientPackages } from '#web/http/client-packages.ts';

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-image-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Stages of the Dockerfile by name: their lines. */
const stages = new Map(
  readFileSync(join(REPOSITORY, 'Dockerfile'), 'utf8')
    .split(/^FROM /m)
    .slice(1)
    .map((text) => [/ AS (\S+)/.exec(text)?.[1] ?? '', text] as const),
);

/** Limits of issue 15, in bytes above the base image, with what is built. */
const LIMITS: Record<ProcessName, number> = { migrate: 50_000_000, web: 350_000_000, worker: 450_000_000 };

beforeAll(async () => {
  await buildWebBundle(() => {});
  for (const script of ['worker/build-workflows.ts', 'worker/build-emails.ts']) {
    const { code, stderr } = await run(process.execPath, [script], { cwd: REPOSITORY });
    expect([code, stderr]).toEqual([0, expect.anything()]);
  }
});

describe.each(PROCESSES)('%s', (name) => {
  const stage = stages.get(name) ?? '';
  let folder: string;
  beforeAll(async () => {
    folder = newFolder();
    await layOut(name, folder);
  });

  test('its stage copies what is laid out for it, and runs its process', () => {
    expect(stage).toContain(`COPY --from=build /image/${name} ./`);
    expect(/^CMD (\[.+\])$/m.exec(stage)?.[1]).toBe(
      JSON.stringify(['node', ...argumentsOf(name)]).replaceAll(',', ', '),
    );
    expect(stage).toContain('HEALTHCHECK ');
  });

  test('the command finds every module, and misses a setting', async () => {
    const { code, stderr } = await run(process.execPath, argumentsOf(name), {
      cwd: folder,
      env: { NODE_ENV: 'production' },
    });
    expect(stderr).not.toContain('ERR_MODULE_NOT_FOUND');
    expect(stderr).toContain('DATABASE_URL');
    expect(code).toBe(1);
  });

  test('every package that its files name can be loaded there', async () => {
    const { modules } = await importsOf(name);
    const load = `for (const name of ${JSON.stringify(modules)}) {
      await import(name).catch((error) => console.log(name, error.message));
    }`;
    writeFileSync(join(folder, 'load.mjs'), load);
    const { code, stdout } = await run(process.execPath, ['load.mjs'], {
      cwd: folder,
      env: { NODE_ENV: 'production' },
    });
    rmSync(join(folder, 'load.mjs'));
    expect([code, stdout]).toEqual([0, '']);
  });

  test('it holds no tools, no types, no source maps and no binary of another platform, and every licence', () => {
    const files = globSync('**/*', { cwd: join(folder, 'node_modules'), withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(join(folder, 'node_modules'), join(entry.parentPath, entry.name)));
    expect(files.length).toBeGreaterThan(1_000);
    expect(files.filter((file) => /\.(map|ts|rs)$/.test(file))).toEqual([]);
    const others = process.arch === 'arm64' ? 'x86_64|x64' : 'aarch64|arm64';
    const foreign = new RegExp(`(darwin|windows|win32|musl|${others})[^/]*/.*\\.(node|dylib|dll|so|exe)$|^node-linux`);
    expect(files.filter((file) => foreign.test(file))).toEqual([]);
    const tools = [
      'esbuild',
      'typescript',
      'vite',
      'vitest',
      'solc',
      '@biomejs/biome',
      '@remix-run/dev',
      'playwright-core',
    ];
    expect(tools.filter((tool) => existsSync(join(folder, 'node_modules', tool)))).toEqual([]);
    expect(files.some((file) => /^ethers\/LICENSE/.test(file))).toBe(name !== 'migrate');
    expect(existsSync(join(folder, 'LICENSE'))).toBe(true);
  });

  test('it is small', () => {
    expect(bytesIn(folder)).toBeLessThan(LIMITS[name]);
  });
});

test('web has the client packages of its release for download, packed by the build stage, and readable by its user', async () => {
  expect(stages.get('build')).toMatch(/^ARG VERSION=.*\nRUN node scripts\/build-client-packages\.ts$/m);
  const folder = newFolder();
  await layOut('web', folder);
  const build = join(folder, 'build');
  const { node, python } = readClientPackages(build);
  for (const { file, sha256 } of [node, python]) {
    const path = join(build, 'packages', file);
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(sha256);
    expect(statSync(path).mode & 0o004).toBe(0o004);
  }
  expect(statSync(join(build, 'packages')).mode & 0o005).toBe(0o005);
});

test("Temporal's native worker is in the worker's image only", async () => {
  const holders = [];
  for (const name of PROCESSES) {
    const folders = withNeeds(REPOSITORY, (await importsOf(name)).packages);
    if (folders.some((folder) => /@temporalio\/(worker|core-bridge)$/.test(folder))) holders.push(name);
  }
  expect(holders).toEqual(['worker']);
});

describe('packages', () => {
  /** Writes packages: path → manifest. */
  const install = (packages: Record<string, object>): string => {
    const root = newFolder();
    for (const [path, manifest] of Object.entries(packages)) {
      mkdirSync(join(root, 'node_modules', path), { recursive: true });
      writeFileSync(join(root, 'node_modules', path, 'package.json'), JSON.stringify(manifest));
      writeFileSync(join(root, 'node_modules', path, 'index.js'), '');
    }
    return root;
  };

  test('needs are followed as Node finds them: nested first, peers too, optional ones when they are there', () => {
    const root = install({
      a: { dependencies: { b: '1' }, optionalDependencies: { gone: '1', here: '1' }, peerDependencies: { peer: '1' } },
      'a/node_modules/b': { dependencies: { c: '1' } },
      b: {},
      c: {
        dependencies: { a: '1' },
        peerDependencies: { maybe: '1' },
        peerDependenciesMeta: { maybe: { optional: true } },
      },
      here: {},
      peer: {},
      maybe: {},
      unused: {},
    });
    expect(withNeeds(root, ['a'])).toEqual(
      ['a', 'a/node_modules/b', 'c', 'here', 'peer'].map((name) => `node_modules/${name}`),
    );
  });

  test('a package that is needed and not installed stops the build', () => {
    const root = install({ a: { dependencies: { b: '1' } } });
    expect(() => withNeeds(root, ['a'])).toThrow(/^b, needed in .+, is not installed$/);
  });

  test('a package is copied without packages inside of it, types, maps and texts, and with its licence', () => {
    const root = install({ a: {}, 'a/node_modules/b': {} });
    for (const file of ['index.d.ts', 'index.js.map', 'README.md', 'LICENSE.md', 'data.json']) {
      writeFileSync(join(root, 'node_modules', 'a', file), '');
    }
    const target = newFolder();
    copyPackage(root, 'node_modules/a', target);
    expect(globSync('**/*.*', { cwd: target }).sort()).toEqual(
      ['LICENSE.md', 'data.json', 'index.js', 'package.json'].map((file) => `node_modules/a/${file}`),
    );
  });
});
