// `node scripts/build-client-packages.ts`: packs the TypeScript and the Python client into build/packages. `VERSION=v1.2.0` sets their version.
import { buildClientPackages } from './lib/client-packages/build.ts';
import { toStderr } from './lib/progress.ts';
import { explain } from './lib/setup-error.ts';

buildClientPackages(toStderr).catch((error: unknown) => {
  console.error(`client packages: ${explain(error)}`);
  process.exit(1);
});
