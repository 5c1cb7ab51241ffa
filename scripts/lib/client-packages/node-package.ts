// The TypeScript client as npm publishes it, packed by npm: compiled for ESM and CommonJS, with its types.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { REPOSITORY } from '../paths.ts';
import { mustRun } from '../run.ts';

/** The npm that runs this script, or the one on the PATH. */
const npm = (): [command: string, args: string[]] => {
  const { npm_execpath: cli } = process.env;
  return cli && basename(cli) === 'npm-cli.js' ? [process.execPath, [cli]] : ['npm', []];
};

/** Works in an empty folder, because npm packs where package.json is. npm sets all times in the archive to one. @param version SemVer */
export const makeNodePackage = async (version: string, folder: string): Promise<{ file: string; content: Buffer }> => {
  // The package's configuration of TypeScript extends the repository's.
  const source = join(folder, 'sdk');
  cpSync(join(REPOSITORY, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  cpSync(join(REPOSITORY, 'sdk'), source, {
    recursive: true,
    filter: (path) => !['python', 'dist', 'node_modules'].includes(basename(path)),
  });
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as object;
  writeFileSync(join(source, 'package.json'), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
  const [command, args] = npm();
  const tools = [join(REPOSITORY, 'node_modules', '.bin'), dirname(process.execPath), process.env.PATH];
  await mustRun(command, [...args, 'pack', '--ignore-scripts=false', '--offline', '--no-update-notifier'], {
    cwd: source,
    env: { ...process.env, PATH: tools.join(delimiter) },
  });
  const file = readdirSync(source).find((name) => name.endsWith('.tgz'));
  if (!file) throw new Error('npm pack wrote no package');
  return { file, content: readFileSync(join(source, file)) };
};
