// Builds the workflow bundle for production: `node worker/build-workflows.ts`.
import { buildBundle, PRODUCTION_BUNDLE } from './workflow-bundle.ts';

await buildBundle(PRODUCTION_BUNDLE);
process.stdout.write(`Wrote ${PRODUCTION_BUNDLE}\n`);
