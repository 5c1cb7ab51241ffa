// The client package as published: installed from the server, it works in plain Node, and its documentation compiles.
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { mustRun } from '#scripts/lib/run.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { servePackages, withoutRegistries } from './served-packages.ts';

let api: ApiServer;
beforeAll(async () => {
  api = await startApiServer();
});
afterAll(async () => await api?.close());

/** The TypeScript blocks of a Markdown file. */
const codeOf = (...path: string[]): string[] =>
  [...readFileSync(join(REPOSITORY, ...path), 'utf8').matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code ?? '');

test('the package installs from the server into an empty folder, without a registry: it works in plain Node, and its documentation compiles', {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-sdk-'));
  const served = await servePackages();
  try {
    const shop = join(folder, 'shop');
    mkdirSync(shop);
    const env = withoutRegistries(folder);
    await mustRun('npm', ['install', served.urlOf('node')], { cwd: shop, env });
    const installed = join(shop, 'node_modules', 'allscale-checkout-client');
    const files = globSync('**/*', { cwd: installed, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(installed, join(entry.parentPath, entry.name)));
    expect(files.filter((path) => !/^dist\/(?:cjs\/)?[a-z]+(\.d\.ts|\.js)$/.test(path)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist/cjs/package.json',
      'package.json',
    ]);
    expect(files).toEqual(expect.arrayContaining(['dist/index.d.ts', 'dist/cjs/index.d.ts']));
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(served.packages.node.file).toBe(`allscale-checkout-client-${manifest.version}.tgz`);
    const { dependencies, peerDependencies } = manifest;
    expect({ dependencies, peerDependencies }).toEqual({});
    expect(manifest).toMatchObject({
      license: 'MIT',
      publishConfig: { access: 'public', provenance: true },
      repository: { type: 'git', directory: 'sdk' },
    });
    // Every file that it names is there; the command runs, and `npx` finds it by the package's name.
    const { import: esm, require: cjs } = manifest.exports['.'];
    for (const path of [manifest.main, manifest.types, ...Object.values({ ...esm }), ...Object.values({ ...cjs })]) {
      expect(files).toContain(String(path).replace(/^\.\//, ''));
    }
    expect(Object.keys(manifest.bin)).toContain(manifest.name);
    for (const path of Object.values<string>(manifest.bin)) {
      expect(await mustRun(process.execPath, [join(installed, path), '--help'], { cwd: folder })).toContain(
        'allscale-checkout listen',
      );
      expect(readFileSync(join(installed, path), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    }

    const { apiKey, apiSecret } = api.store;
    const options = JSON.stringify({ baseUrl: api.origin, apiKey, apiSecret });
    const create = `new AllScaleClient(${options}).createCheckout({ stable_coin: 1, amount_cents: 500 })
      .then(({ amount_coins }) => console.log(amount_coins));`;
    for (const [type, importing] of [
      ['module', `import { AllScaleClient } from 'allscale-checkout-client';`],
      ['commonjs', `const { AllScaleClient } = require('allscale-checkout-client');`],
    ]) {
      const run = ['--no-experimental-require-module', `--input-type=${type}`, '--eval', `${importing} ${create}`];
      expect((await mustRun(process.execPath, run, { cwd: shop })).trim()).toBe('5.0000');
    }
    // As the page on testing has it: from the address, in a folder that has no project.
    const npx = await mustRun('npx', ['--yes', served.urlOf('node'), 'listen', '--help'], { cwd: folder, env });
    expect(npx).toContain('allscale-checkout listen');

    // In a strict project.
    const samples = [...codeOf('sdk', 'README.md'), ...codeOf('docs', 'guide', 'client.md')];
    expect(samples.length).toBeGreaterThan(4);
    const names = samples.flatMap((code, index) =>
      // A file of CommonJS has no top-level await.
      ['mts', ...(/^(?:const .*)?await /m.test(code) ? [] : ['cts'])].map((extension) => {
        const name = `sample-${index}.${extension}`;
        writeFileSync(join(shop, name), code.replaceAll('{{BASE_URL}}', api.origin));
        return name;
      }),
    );
    expect(names.some((name) => name.endsWith('.cts'))).toBe(true);
    const flags = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--types',
      'node',
    ];
    const types = ['--typeRoots', join(REPOSITORY, 'node_modules', '@types')];
    await mustRun(join(REPOSITORY, 'node_modules', '.bin', 'tsc'), [...flags, ...types, ...names], { cwd: shop });
  } finally {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
