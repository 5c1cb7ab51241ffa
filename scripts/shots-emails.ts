// `node scripts/shots-emails.ts [kind]`: a picture of every e-mail at 320 and 640 px, light and dark (English; two kinds in every
// language), and one sheet with all of them, under .data/shots-emails. For looking at; nothing compares them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EMAIL_KINDS, type EmailKind } from '#domain/email-data.ts';
import { LANGUAGES, type Language } from '#domain/languages.ts';
import { renderEmail } from '#emails/render-email.ts';
import { sampleInput } from '#emails/samples.ts';
import { launchBrowser } from '#test/support/browser.ts';
import { REPOSITORY } from './lib/paths.ts';

const FOLDER = join(REPOSITORY, '.data', 'shots-emails');
const WIDTHS = [320, 640] as const;
const SCHEMES = ['light', 'dark'] as const;
const IN_EVERY_LANGUAGE: readonly EmailKind[] = ['order_paid', 'daily_report'];

const only = process.argv[2];
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const browser = await launchBrowser();
const names: string[] = [];
try {
  for (const kind of EMAIL_KINDS.filter((name) => !only || name.includes(only))) {
    const languages = IN_EVERY_LANGUAGE.includes(kind) ? (Object.keys(LANGUAGES) as Language[]) : (['en'] as const);
    for (const language of languages) await shoot(kind, language);
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

async function shoot(kind: EmailKind, language: Language): Promise<void> {
  const { html } = await renderEmail(sampleInput(kind, language));
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      const page = await browser.newPage({ viewport: { width, height: 480 }, colorScheme });
      await page.setContent(html);
      const name = `${kind}-${language}-${width}-${colorScheme}`;
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      if (Number(overflow) > 0) process.stderr.write(`${name} is ${overflow} px too wide\n`);
      await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: true });
      await page.close();
      names.push(name);
    }
  }
}
