// The compiled e-mail templates. Node runs no JSX, so esbuild bundles the room emails/ into one module: once for each state of its
// sources in development and tests, beforehand for production (as worker/workflow-bundle.ts does for workflows).
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from '#domain/errors.ts';
import type { RenderEmail } from '#emails/render-email.ts';

const REPOSITORY = join(import.meta.dirname, '..');
const EMAILS = join(REPOSITORY, 'emails');
/** Where `node worker/build-emails.ts` puts it. */
export const PRODUCTION_TEMPLATES = join(REPOSITORY, 'build', 'email-templates.js');

/** Loads the renderer. Throws ConfigError in production when it was not built. */
export const loadEmailTemplates = async (production: boolean): Promise<RenderEmail> => {
  const file = production ? PRODUCTION_TEMPLATES : await cachedTemplates();
  if (!existsSync(file)) {
    throw new ConfigError('NODE_ENV=production needs the e-mail templates: run "node worker/build-emails.ts" first');
  }
  const { renderEmail }: { renderEmail: RenderEmail } = await import(pathToFileURL(file).href);
  return renderEmail;
};

const cachedTemplates = async (): Promise<string> => {
  const file = join(REPOSITORY, 'build', 'emails', `${sourceHash()}.js`);
  if (!existsSync(file)) await buildEmailTemplates(file);
  return file;
};

/** Stay imports: what the renderer and the templates must share, and what is big and used whole. */
const IMPORTED = ['#domain/*', 'react', 'react/*', 'react-dom', 'react-dom/*', 'prettier', 'prettier/*'];

/**
 * Renames the finished file into place, so that a reader never sees half of it. The components of React Email are bundled, because their
 * package also loads what no e-mail uses: a highlighter with three hundred languages, Markdown and Tailwind.
 */
export const buildEmailTemplates = async (file: string): Promise<void> => {
  const { build } = await import('esbuild');
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  await build({
    entryPoints: [join(EMAILS, 'render-email.ts')],
    outfile: unfinished,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    jsx: 'automatic',
    external: IMPORTED,
    logLevel: 'warning',
  });
  renameSync(unfinished, file);
};

/** Covers everything that is part of the bundle, how it is built, and the versions of packages. */
const sourceHash = (): string => {
  const hash = createHash('sha256').update(readFileSync(join(REPOSITORY, 'package.json')));
  hash.update(readFileSync(import.meta.filename));
  const files = readdirSync(EMAILS, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(join(EMAILS, file)));
  return hash.digest('hex').slice(0, 16);
};
