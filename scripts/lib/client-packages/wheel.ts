// The Python client as a wheel. Written here and not by Python's own tools, because neither the images nor a machine of `npm start` have them.
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { REPOSITORY } from '../paths.ts';

const PACKAGE = join(REPOSITORY, 'sdk', 'python');

/** The members of pyproject.toml that a wheel repeats. Throws when one is missing. */
const readProject = () => {
  const text = readFileSync(join(PACKAGE, 'pyproject.toml'), 'utf8');
  const value = (pattern: RegExp): string => {
    const found = pattern.exec(text)?.[1];
    if (found === undefined) throw new Error(`sdk/python/pyproject.toml has nothing like ${pattern}`);
    return found;
  };
  return {
    name: value(/^name = "(.+)"$/m),
    summary: value(/^description = "(.+)"$/m),
    python: value(/^requires-python = "(.+)"$/m),
    licence: value(/^license = \{ text = "(.+)" \}$/m),
    classifiers: JSON.parse(value(/^classifiers = (\[.+\])$/m)) as string[],
  };
};

/** The same files give the same bytes: the first day that the format can name, and plain files (rw-r--r--) made on Unix. */
const OPTIONS = { level: 9, mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 * 0x1_00_00 } as const;

interface WheelFile {
  path: string;
  content: Buffer;
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('base64url');

/** The formats: packaging.python.org, "Binary distribution format" and "Core metadata". @param version PEP 440 */
export const makeWheel = (version: string): { file: string; content: Buffer } => {
  const { name, summary, python, licence, classifiers } = readProject();
  const stem = `${name.replaceAll('-', '_')}-${version}`;
  const info = `${stem}.dist-info`;
  const text = (lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`);
  const sources = globSync('**/*.{py,typed}', { cwd: join(PACKAGE, 'src') }).sort();
  const files: WheelFile[] = [
    ...sources.map((path) => ({ path, content: readFileSync(join(PACKAGE, 'src', path)) })),
    { path: `${info}/licenses/LICENSE`, content: readFileSync(join(REPOSITORY, 'sdk', 'LICENSE')) },
    {
      path: `${info}/METADATA`,
      content: text([
        ...['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`, `Summary: ${summary}`],
        ...[`License: ${licence}`, 'License-File: LICENSE', `Requires-Python: ${python}`],
        ...classifiers.map((classifier) => `Classifier: ${classifier}`),
        ...['Description-Content-Type: text/markdown', '', readFileSync(join(PACKAGE, 'README.md'), 'utf8')],
      ]),
    },
    {
      path: `${info}/WHEEL`,
      content: text([
        'Wheel-Version: 1.0',
        'Generator: allscale-checkout',
        'Root-Is-Purelib: true',
        'Tag: py3-none-any',
      ]),
    },
  ];
  const record = `${info}/RECORD`;
  const recorded = files.map(({ path, content }) => `${path},sha256=${sha256(content)},${content.length}`);
  files.push({ path: record, content: text([...recorded, `${record},,`]) });
  return {
    file: `${stem}-py3-none-any.whl`,
    content: Buffer.from(zipSync(Object.fromEntries(files.map(({ path, content }) => [path, content])), OPTIONS)),
  };
};
