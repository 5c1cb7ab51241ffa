// `node scripts/shots-emails.ts [kind] [language]`: screenshots of every e-mail in every language at 320 and 640 px, light and dark,
// with one page that shows all of them, in .data/shots-emails. For review by a person; no test compares them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { EMAIL_KINDS, type EmailKind } from '#domain/email-data.ts';
import { LANGUAGES, type Language } from '#domain/languages.ts';
import { sampleInput } from '#emails/samples.ts';
import { startChromium } from '#test/e2e/support/browser.ts';
import { loadEmailTemplates } from '#worker/email-templates.ts';
import { REPOSITORY } from './lib/paths.ts';

const FOLDER = join(REPOSITORY, '.data', 'shots-emails');
const WIDTHS = [320, 640] as const;
const SCHEMES = ['light', 'dark'] as const;

const [onlyKind = '', onlyLanguage = ''] = process.argv.slice(2);
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const renderEmail = await loadEmailTemplates(false);
const browser = await startChromium();
const names: string[] = [];
try {
  const page = await browser.newPage();
  const languages = (Object.keys(LANGUAGES) as Language[]).filter((name) => name.includes(onlyLanguage));
  for (const kind of EMAIL_KINDS.filter((name) => name.includes(onlyKind))) {
    for (const language of languages) await shoot(page, kind, language);
  }
} finally {
  await browser.close();
}
const sheet = join(FOLDER, 'index.html');
const pictures = names.map(
  (name) => `<figure><img src="${name}.png" loading="lazy"><figcaption>${name}</figcaption></figure>`,
);
writeFileSync(
  sheet,
  `<!doctype html><style>figure{display:inline-block;vertical-align:top}</style>${pictures.join('')}`,
);
process.stdout.write(`${names.length} pictures: ${pathToFileURL(sheet).href}\n`);

async function shoot(page: Page, kind: EmailKind, language: Language): Promise<void> {
  const { html } = await renderEmail(sampleInput(kind, language));
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 480 });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      await page.setContent(html);
      const name = `${kind}-${language}-${width}-${colorScheme}`;
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      if (Number(overflow) > 0) process.stderr.write(`${name} is ${overflow} px too wide\n`);
      await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: true });
      names.push(name);
    }
  }
}
