// Writes all that one process needs into a folder: its sources, what is built for it, and its packages.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REPOSITORY } from '../lib/paths.ts';
import { importsOf } from './imports.ts';
import { copyPackage, withNeeds } from './packages.ts';
import { type ProcessName, SPECS } from './processes.ts';

/** What Node reads of package.json, and what lists of parts are made of: without tools of development. */
const manifestFor = (packages: readonly string[]): string => {
  const { name, version, license, type, imports, dependencies } = JSON.parse(
    readFileSync(join(REPOSITORY, 'package.json'), 'utf8'),
  ) as Record<string, unknown> & { dependencies: Record<string, string> };
  const own = Object.fromEntries(Object.entries(dependencies).filter(([dependency]) => packages.includes(dependency)));
  return `${JSON.stringify({ name, version, private: true, license, type, imports, dependencies: own }, null, 2)}\n`;
};

/** Needs what is built for the process. @returns the folders of the copied packages, relative to `target` */
export const layOut = async (name: ProcessName, target: string): Promise<string[]> => {
  const { files, packages } = await importsOf(name);
  for (const path of [...files, ...SPECS[name].copied, 'LICENSE']) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    cpSync(join(REPOSITORY, path), join(target, path), { recursive: true });
  }
  writeFileSync(join(target, 'package.json'), manifestFor(packages));
  const folders = withNeeds(REPOSITORY, packages);
  for (const folder of folders) copyPackage(REPOSITORY, folder, target);
  return folders;
};
