// `node scripts/image-files.ts PROCESS FOLDER`: writes what the image of migrate, web or worker holds. The Dockerfile runs it after the build.
import { resolve } from 'node:path';
import { layOut } from './images/lay-out.ts';
import { PROCESSES } from './images/processes.ts';

const [given, folder] = process.argv.slice(2);
const name = PROCESSES.find((known) => known === given);
if (!name || !folder) {
  console.error(`usage: node scripts/image-files.ts ${PROCESSES.join('|')} FOLDER`);
  process.exit(2);
}
const packages = await layOut(name, resolve(folder));
console.log(`${name}: ${packages.length} packages`);
