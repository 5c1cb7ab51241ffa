// bench/results.md: one section for each part, with its own commit, date and machine, so that one part can be measured again.
import type { PartResult } from './measure.ts';

/** The origin of a section's figures. */
export interface Provenance {
  /** The command line. */
  command: string;
  commit: string;
  /** YYYY-MM-DD. */
  date: string;
  /** "2 cores, 24 GiB, Node 24.1.0". */
  machine: string;
}

const HEAD = [
  '# Benchmark results',
  '',
  'Servers and load generator share the machine; Postgres commits to disk; Temporal is the development server, in memory. Ratios carry over to other machines,',
  'seconds do not. Each section names its date and commit.',
].join('\n');

const MARK = '\n## ';

const measuredBy = ({ command, commit, date, machine }: Provenance): string =>
  `Measured by \`${command}\`, commit ${commit}, ${date}, ${machine}.`;

export const asSection = ({ title, how, figures }: PartResult, provenance: Provenance): string => {
  return [
    `## ${title}`,
    '',
    measuredBy(provenance),
    '',
    how,
    '',
    '| | | aim |',
    '|---|---|---|',
    ...figures.map(({ what, value, aim }) => `| ${what} | ${value} | ${aim ?? ''} |`),
  ].join('\n');
};

/** The text of a file that is stored beside the results. */
export const asKept = (title: string, text: string, provenance: Provenance): string =>
  `# ${title}\n\n${measuredBy(provenance)}\n\n${text.trim()}\n`;

export const asReport = (sections: readonly string[]): string => `${[HEAD, ...sections].join('\n\n')}\n`;

/** The report with these sections in place of those with the same title; new sections are last. */
export const withSections = (report: string, sections: readonly string[]): string => {
  const [, ...parts] = report.split(MARK);
  const kept = new Map(parts.map((part) => [titleOf(part), `## ${part.trim()}`]));
  for (const section of sections) kept.set(titleOf(section), section);
  return asReport([...kept.values()]);
};

const titleOf = (section: string): string => (section.replace(/^## /, '').split('\n')[0] ?? '').trim();
