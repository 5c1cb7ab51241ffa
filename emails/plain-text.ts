// The plain-text part of an e-mail: the same facts as the HTML, one a line.
import type { EmailDocument, FrameParts, Table } from './document.ts';

export const plainTextOf = (
  document: EmailDocument,
  { sender, testNotice, support, signature }: Pick<FrameParts, 'sender' | 'testNotice' | 'support' | 'signature'>,
): string => {
  const { mark, title, lead, figure, facts, tables, action, notes, reason, unsubscribe } = document;
  const blocks = [
    sender,
    testNotice ? `[${testNotice}]` : null,
    mark ? `[${mark.text}] ${title}` : title,
    ...lead,
    figure
      ? [`${figure.label ? `${figure.label}: ` : ''}${figure.value}`, figure.note].filter(Boolean).join('\n')
      : null,
    facts.map(({ label, value, link }) => `${label}: ${value}${link ? `\n  ${link}` : ''}`).join('\n'),
    ...tables.map(tableText),
    action ? `${action.label}:\n${action.url}` : null,
    ...notes,
    `-- \n${support ? `${support.message} ${support.contact}\n\n` : ''}${reason}`,
    unsubscribe ? `${unsubscribe.label}:\n${unsubscribe.url}` : null,
    signature,
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
};

/** Writes each row as "name: column value, column value": aligned columns need a fixed-width font. */
const tableText = ({ title, columns, rows }: Table): string => {
  const lines = rows.map(([name, ...figures]) => {
    const cells = figures.map((figure, index) => (columns.length > 2 ? `${columns[index + 1]} ${figure}` : figure));
    return `  ${name}: ${cells.join(', ')}`;
  });
  return [title, ...lines].join('\n');
};
