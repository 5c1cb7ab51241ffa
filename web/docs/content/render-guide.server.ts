// Renders the guide's Markdown as HTML: anchors, responsive tables, code with a copy button, and the samples folded by language.
import { Marked } from 'marked';
import { highlighted } from './highlight.server.ts';

export interface Heading {
  id: string;
  title: string;
}

export interface Sample {
  title: string;
  language: string;
  code: string;
}

const ENTITIES = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' } as const;

/** The text of a piece of HTML. */
export const plainText = (html: string): string =>
  html
    // Colours of code stand within words.
    .replaceAll(/<\/?span[^>]*>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity as keyof typeof ENTITIES])
    .replaceAll(/\s+/g, ' ')
    .trim();

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const idOf = (title: string): string =>
  plainText(title)
    .toLowerCase()
    .replaceAll(/[`'’]/g, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');

/** Without JavaScript the button is not shown (docs.css). */
const codeBlock = (text: string, language = ''): string =>
  `<div class="docs-code"><pre tabindex="0"${language ? ` data-language="${language}"` : ''}><code>${highlighted(text, language) ?? escaped(text)}</code></pre><button type="button" class="docs-copy" aria-live="polite">Copy</button></div>\n`;

/** One language is open at a time; the URL's fragment opens one. */
const foldedSamples = (samples: readonly Sample[]): string =>
  samples
    .map(({ title, language, code }, index) => {
      const open = index === 0 ? ' open' : '';
      return `<details class="docs-sample" name="sample"${open}><summary>${title}</summary><div id="${idOf(title)}">${codeBlock(code, language)}</div></details>\n`;
    })
    .join('');

export const SAMPLES_MARK = '<!-- samples -->';

/** @returns the HTML, and its headings of the second level */
export const renderGuide = (markdown: string, samples: readonly Sample[]): { html: string; headings: Heading[] } => {
  const headings: Heading[] = [];
  let above = 'Table';
  let tables = 0;
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const title = this.parser.parseInline(tokens);
        const id = idOf(title);
        above = plainText(title);
        if (depth === 2) headings.push({ id, title: above });
        return depth === 1
          ? `<h1>${title}</h1>\n`
          : `<h${depth} id="${id}"><a href="#${id}">${title}</a></h${depth}>\n`;
      },
      // Wide tables scroll, so the keyboard must reach them. On phones rows become blocks whose cells show their column's name; the
      // roles keep it a table for screen readers.
      table(token) {
        const titles = token.header.map(({ tokens }) => this.parser.parseInline(tokens));
        const head = titles.map((title) => `<th role="columnheader">${title}</th>`).join('');
        const body = token.rows
          .map((cells) => {
            const row = cells.map(({ tokens }, index) => {
              const content = this.parser.parseInline(tokens);
              const inner = content && `<span>${content}</span>`;
              return `<td role="cell" data-label="${escaped(plainText(titles[index] ?? ''))}">${inner}</td>`;
            });
            return `<tr role="row">${row.join('')}</tr>`;
          })
          .join('');
        tables += 1;
        return `<div class="docs-wide" tabindex="0" role="region" aria-label="Table ${tables}: ${escaped(above)}"><table role="table"><thead role="rowgroup"><tr role="row">${head}</tr></thead><tbody role="rowgroup">${body}</tbody></table></div>\n`;
      },
      code: ({ text, lang }) => codeBlock(text, lang),
      html: ({ text }) => (text.trim() === SAMPLES_MARK ? foldedSamples(samples) : text),
    },
  });
  return { html: marked.parse(markdown, { async: false }), headings };
};
