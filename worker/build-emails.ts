// Compiles the e-mail templates for production: `node worker/build-emails.ts`.
import { buildEmailTemplates, PRODUCTION_TEMPLATES } from './email-templates.ts';

await buildEmailTemplates(PRODUCTION_TEMPLATES);
process.stdout.write(`Wrote ${PRODUCTION_TEMPLATES}\n`);
