// The one frame of all e-mails: calm, near-monochrome, numbers first (experience.md section 6). Colours are inline for mail
// programs that drop <style>; those that keep it get the dark ones, and one column on narrow screens.
import { Button, Container, Head, Heading, Html, Link, Preview, Section, Text } from '@react-email/components';
import { createElement as h, type ReactElement } from 'react';
import type { EmailDocument, Fact, FrameParts, Table } from './document.ts';
import { CODE, DARK_STYLES, FONT, LIGHT, TONES } from './look.ts';

const text = (size: number, color: string, more: Record<string, string | number> = {}) => ({
  fontFamily: FONT,
  fontSize: `${size}px`,
  lineHeight: `${Math.round(size * 1.55)}px`,
  color,
  margin: '0',
  ...more,
});

export const Frame = (props: FrameParts & { document: EmailDocument }): ReactElement => {
  const { language, sender, logoUrl, testNotice, support, linkText: linkWords, signature, document } = props;
  const { mark, title, lead, figure, facts, tables, action, notes, reason, unsubscribe } = document;
  return h(
    Html,
    { lang: language },
    h(
      Head,
      null,
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      h('meta', { name: 'supported-color-schemes', content: 'light dark' }),
      h('title', null, document.subject),
      h('style', null, DARK_STYLES),
    ),
    h(
      // Not React Email's Body: it moves the style to a cell within, where the dark colours do not reach it.
      'body',
      { className: 'bg', style: { backgroundColor: LIGHT.bg, margin: '0', padding: '24px 12px' } },
      h(Preview, null, document.preview),
      h(
        Container,
        // Again: mail programs drop the page around it, and signs are drawn by the language.
        { lang: language, style: { maxWidth: '600px', width: '100%' } },
        senderElement(sender, logoUrl),
        h(
          Section,
          {
            className: 'surface line',
            style: { backgroundColor: LIGHT.surface, border: `1px solid ${LIGHT.line}`, borderRadius: '12px' },
          },
          h(
            'div',
            { className: 'pad', style: { padding: '32px' } },
            testNotice ? markElement({ text: testNotice, tone: 'warn' }) : null,
            mark ? markElement(mark) : null,
            h(Heading, { as: 'h1', className: 'ink', style: heading }, title),
            ...lead.map((line) => h(Text, { key: line, className: 'ink2', style: paragraph }, line)),
            figure ? figureElement(figure) : null,
            facts.length > 0 ? factTable(facts) : null,
            ...tables.map((table) => figureTable(table)),
            action
              ? h(
                  'div',
                  { style: { padding: '24px 0 0' } },
                  h(Button, { href: action.url, className: 'button', style: button }, action.label),
                )
              : null,
            ...notes.map((note) => h(Text, { key: note, className: 'ink2', style: paragraph }, note)),
          ),
        ),
        h(
          'div',
          { style: { padding: '20px 4px 0' } },
          support
            ? h(
                Text,
                { className: 'ink3', style: small },
                `${support.message} `,
                support.url ? linkElement(support.url, support.contact) : support.contact,
              )
            : null,
          h(Text, { className: 'ink3', style: small }, reason),
          action
            ? h(
                Text,
                { className: 'ink3', style: small },
                linkWords,
                h('br'),
                linkElement(action.url, action.url, { wordBreak: 'break-all' }),
              )
            : null,
          unsubscribe
            ? h(Text, { className: 'ink3', style: small }, linkElement(unsubscribe.url, unsubscribe.label))
            : null,
          h(Text, { className: 'ink3', style: small }, signature),
        ),
      ),
    ),
  );
};

const heading = text(24, LIGHT.ink, { lineHeight: '32px', fontWeight: 650, letterSpacing: '-0.2px' });
const paragraph = text(15, LIGHT.ink2, { padding: '10px 0 0', wordBreak: 'break-word' });
const small = text(13, LIGHT.ink3, { padding: '0 0 8px' });
const button = {
  ...text(15, LIGHT.onBrand, { lineHeight: '20px', fontWeight: 600 }),
  backgroundColor: LIGHT.brand,
  borderRadius: '8px',
  padding: '13px 22px',
  display: 'inline-block',
};

/** On white in both schemes: a dark logo with a clear ground would vanish. Its width is the picture's own. */
const LOGO_HEIGHT = 32;
const logo = {
  height: `${LOGO_HEIGHT}px`,
  maxWidth: '160px',
  objectFit: 'contain' as const,
  display: 'block',
  backgroundColor: LIGHT.surface,
  borderRadius: '6px',
  marginRight: '10px',
};

/** The name beside the logo, however many lines it takes. */
const senderElement = (sender: string, logoUrl: string | null): ReactElement =>
  h(
    'table',
    { cellPadding: 0, cellSpacing: 0, border: 0, role: 'presentation', style: { margin: '0 4px 12px' } },
    h(
      'tbody',
      null,
      h(
        'tr',
        null,
        logoUrl ? h('td', null, h('img', { src: logoUrl, alt: '', height: LOGO_HEIGHT, style: logo })) : null,
        h('td', { className: 'ink2', style: text(14, LIGHT.ink2, { fontWeight: 600 }) }, sender),
      ),
    ),
  );

const linkElement = (url: string, message: string, style: Record<string, string> = {}): ReactElement =>
  h(Link, { href: url, className: 'link', style: { color: LIGHT.brand, ...style } }, message);

/** State in words and a shape beside the colour. */
const markElement = ({ text: word, tone }: NonNullable<EmailDocument['mark']>): ReactElement =>
  h(
    'div',
    { style: { padding: '0 0 12px' } },
    h(
      'span',
      {
        className: `mark-${tone}`,
        style: {
          ...text(13, TONES[tone].ink, { fontWeight: 600, lineHeight: '18px' }),
          backgroundColor: TONES[tone].tint,
          borderRadius: '6px',
          padding: '4px 10px',
          display: 'inline-block',
        },
      },
      `${TONES[tone].sign} ${word}`,
    ),
  );

const figureElement = ({ label, value, note }: NonNullable<EmailDocument['figure']>): ReactElement =>
  h(
    'div',
    { style: { padding: '20px 0 0' } },
    label ? h(Text, { className: 'ink3', style: text(14, LIGHT.ink3) }, label) : null,
    h(
      Text,
      { className: 'ink figure', style: text(32, LIGHT.ink, { ...tabular, lineHeight: '40px', fontWeight: 650 }) },
      value,
    ),
    note ? h(Text, { className: 'ink2', style: text(14, LIGHT.ink2) }, note) : null,
  );

const tabular = { fontVariantNumeric: 'tabular-nums' } as const;
const rule = `1px solid ${LIGHT.line}`;
const plainTable = { width: '100%', cellPadding: 0, cellSpacing: 0, border: 0 } as const;

const factTable = (facts: readonly Fact[]): ReactElement =>
  h(
    'table',
    { ...plainTable, role: 'presentation', style: { marginTop: '20px', borderCollapse: 'collapse' } },
    h(
      'tbody',
      null,
      ...facts.map(({ label, value, link, isCode }) => {
        const style = {
          // One height of line for all, so that a label and its value stand on one.
          ...text(isCode ? 13 : 15, LIGHT.ink, { ...tabular, lineHeight: LINE }),
          ...(isCode ? { fontFamily: CODE, wordBreak: 'break-all' as const } : { wordBreak: 'break-word' as const }),
        };
        const shown = link
          ? h(
              Link,
              { href: link, className: isCode ? 'link code' : 'link', style: { ...style, color: LIGHT.brand } },
              value,
            )
          : h('span', { className: isCode ? 'ink code' : 'ink', style }, value);
        return h(
          'tr',
          { key: label },
          h(
            'td',
            {
              className: 'label line',
              style: { ...text(14, LIGHT.ink3, { lineHeight: LINE }), ...cell, width: '34%' },
            },
            label,
          ),
          h('td', { className: 'value line', style: { ...cell, lineHeight: LINE } }, shown),
        );
      }),
    ),
  );

const LINE = '22px';
const cell = { borderTop: rule, padding: '10px 12px 10px 0', verticalAlign: 'top' } as const;

const figureTable = ({ title, columns, rows }: Table): ReactElement =>
  h(
    'div',
    { key: title, style: { paddingTop: '24px' } },
    h(
      Heading,
      { as: 'h2', className: 'ink', style: text(15, LIGHT.ink, { fontWeight: 650, paddingBottom: '8px' }) },
      title,
    ),
    h(
      'table',
      { ...plainTable, style: { borderCollapse: 'collapse' } },
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          ...columns.map((column, index) =>
            h(
              'th',
              { key: column, className: `ink3 line ${place(index, columns)}`, style: figureCell(index, LIGHT.ink3) },
              column,
            ),
          ),
        ),
      ),
      h(
        'tbody',
        null,
        ...rows.map((row) =>
          h(
            'tr',
            { key: row[0] ?? '' },
            ...row.map((value, index) =>
              h(
                'td',
                {
                  key: columns[index] ?? index,
                  className: `ink line ${place(index, columns)}`,
                  style: figureCell(index, LIGHT.ink),
                },
                value,
              ),
            ),
          ),
        ),
      ),
    ),
  );

/** Narrow screens keep two sums of five columns, gross and net: numbers that touch each other can't be read. */
const WIDE_ONLY: readonly number[] = [1, 3];
const place = (index: number, columns: readonly string[]): string => {
  if (index === 0) return 'first';
  return columns.length > 3 && WIDE_ONLY.includes(index) ? 'narrow wide' : 'narrow';
};

const figureCell = (index: number, color: string) => ({
  ...text(14, color, { ...tabular, fontWeight: 400 }),
  borderTop: rule,
  padding: '8px 0 8px 8px',
  verticalAlign: 'top' as const,
  ...(index === 0 ? { paddingLeft: '0', textAlign: 'left' as const } : { textAlign: 'right' as const }),
});
