// Packages with all that they need, as Node finds them in node_modules, and which of their files are copied.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

interface Manifest {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

/** The folder of a package that a file in `from` would get; undefined when it is not installed. */
const findPackage = (root: string, from: string, name: string): string | undefined => {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
    if (folder === root) return undefined;
  }
};

/** Names of what a package needs; true: it does not work without. */
const needsOf = (manifest: Manifest): [string, boolean][] => {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
  return [
    ...Object.keys(dependencies).map((name): [string, boolean] => [name, !(name in optionalDependencies)]),
    ...Object.keys(optionalDependencies).map((name): [string, boolean] => [name, false]),
    // An optional peer that is used is imported by our code or by another package too.
    ...Object.keys(peerDependencies)
      .filter((name) => !peerDependenciesMeta[name]?.optional)
      .map((name): [string, boolean] => [name, false]),
  ];
};

/** The folders of these packages and of all that they need, relative to `root`. Throws when one is not installed. */
export const withNeeds = (root: string, names: readonly string[]): string[] => {
  const found = new Set<string>();
  const open = names.map((name) => ({ from: root, name, needed: true }));
  for (let next = open.pop(); next; next = open.pop()) {
    const folder = findPackage(root, next.from, next.name);
    if (!folder && next.needed) throw new Error(`${next.name}, needed in ${next.from}, is not installed`);
    if (!folder || found.has(folder)) continue;
    found.add(folder);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    for (const [name, needed] of needsOf(manifest)) open.push({ from: folder, name, needed });
  }
  return [...found].map((folder) => relative(root, folder)).sort();
};

/** Sources of other languages, types, source maps and texts: Node loads none. (It refuses TypeScript in node_modules.) */
const NEVER_LOADED = /\.(map|ts|mts|cts|tsx|flow|rs|md|markdown)$/i;
/** Licences travel with the code. */
const LICENCE = /^(licen[cs]e|notice|copying|copyright|authors)[^.]*(\.(md|markdown))?$/i;

/** Binaries of other platforms than this one in packages that bring all. */
const isForeignBinary = (path: string): boolean => {
  const triple = /^node_modules\/@temporalio\/core-bridge\/releases\/([^/]+)/.exec(path)?.[1];
  if (!triple) return false;
  const architecture = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string] ?? process.arch;
  const system = { linux: 'unknown-linux-gnu', darwin: 'apple-darwin' }[process.platform as string] ?? process.platform;
  return triple !== `${architecture}-${system}`;
};

/** Copies what Node may load of a package, without packages inside of it. @param folder relative to `root` */
export const copyPackage = (root: string, folder: string, target: string): void => {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name === 'node_modules' || isForeignBinary(path)) continue;
    if (entry.isDirectory()) copyPackage(root, path, target);
    else if (LICENCE.test(entry.name) || !NEVER_LOADED.test(entry.name)) {
      mkdirSync(join(target, folder), { recursive: true });
      copyFileSync(join(root, path), join(target, path));
    }
  }
};
