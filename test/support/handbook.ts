// What the operators' pages tell people to type: fenced blocks by their language, and commands within the text. Everything that looks like
// a command must be known as one, so that a page cannot name one that no longer exists.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '#scripts/lib/paths.ts';

export const OPERATORS_PAGES = [
  'docs/runbook.md',
  'docs/operations/README.md',
  'docs/operations/chains.md',
  'docs/operations/growth.md',
  'docs/operations/scale.md',
  'docs/operations/traces.md',
] as const;

/**
 * Of an operator command (`admin`), of `npm run`, of Node, of Postgres, of Temporal's search, or of the shell; or a block of settings, by its
 * language.
 */
export type DocumentedKind = 'admin' | 'npm' | 'node' | 'sql' | 'temporal' | 'shell' | Settings;
type Settings = 'yaml' | 'conf' | 'json';

export interface Documented {
  /** `docs/runbook.md:32`. */
  place: string;
  kind: DocumentedKind;
  /** Without `admin` or `npm run`, placeholders as they stand; of settings the whole block. */
  text: string;
}

const FENCES: Readonly<Record<string, DocumentedKind>> = {
  ...{ sql: 'sql', temporal: 'temporal', sh: 'shell' },
  ...{ yaml: 'yaml', conf: 'conf', json: 'json' },
};
const SHELL_TOOLS = ['kubectl', 'promtool', 'openssl', 'apt-get', 'curl', 'pg_basebackup', 'pg_ctl', 'psql'];
/** Spans of several words that are no commands. */
const PROSE = [
  'subscription to new heads ended',
  'watcher step failed',
  'periodic task failed',
  'old logs',
  'signal transferSeen',
  'transfer seen',
  'transfer confirmed',
  'transfer orphaned',
  'outcome is null',
  'cast send',
  'admin …',
  'activity Heartbeat timeout',
];

/**
 * @param groups names of the operator commands' groups: `intent`, `chain`
 * @throws for a block without a language, and for a span that could be a command and is not known
 */
export const documentedIn = (page: string, groups: readonly string[]): Documented[] => {
  const text = readFileSync(join(REPOSITORY, page), 'utf8');
  const placeOf = (index: number): string => `${page}:${text.slice(0, index).split('\n').length}`;
  const found: Documented[] = [];
  const prose = text.replaceAll(
    /^ *```(.*)\n([\s\S]*?)^ *```$/gm,
    (whole, language: string, content: string, at: number) => {
      const kind = FENCES[language];
      if (kind === undefined) throw new Error(`${placeOf(at)}: a block in no known language: ${language || 'none'}`);
      found.push(...linesOf(kind, content).map((line) => ({ place: placeOf(at), kind, text: line })));
      // Places stay as they are.
      return whole.replaceAll(/[^\n]/g, ' ');
    },
  );
  for (const { 1: span = '', index } of prose.matchAll(/`([^`]+)`/g)) {
    const command = commandOf(span.replaceAll(/\s+/g, ' ').trim(), groups, placeOf(index));
    if (command) found.push({ place: placeOf(index), ...command });
  }
  return found;
};

/** Statements end with a semicolon, searches and shell commands with their line; what stands far to the right of a search explains it. */
const linesOf = (kind: DocumentedKind, content: string): string[] => {
  if (kind === 'yaml' || kind === 'conf' || kind === 'json') return [content];
  if (kind === 'sql') return content.split(';').flatMap((statement) => statement.trim() || []);
  return content.split('\n').flatMap((line) => line.trim().replace(/ {3,}.*$/, '') || []);
};

const commandOf = (span: string, groups: readonly string[], place: string): Omit<Documented, 'place'> | null => {
  const [first = '', ...rest] = span.split(' ');
  if (rest.length === 0 || rest[0] === '=' || PROSE.includes(span) || !/^[a-z][a-z_-]*$/.test(first)) return null;
  const after = rest.join(' ');
  if (first === 'npm') return after.startsWith('run --silent admin') ? null : { kind: 'npm', text: after };
  if (first === 'admin') return { kind: 'admin', text: after };
  if (first === 'node') return { kind: 'node', text: after };
  if (first === 'select' || first === 'update') return { kind: 'sql', text: span };
  if (groups.includes(first)) return { kind: 'admin', text: span };
  if (SHELL_TOOLS.includes(first)) return { kind: 'shell', text: span };
  throw new Error(`${place}: \`${span}\` is no command that is known`);
};

/** Every way to read `[--store STORE]` and `accepted|closed`. */
export const variantsOf = (text: string): string[] => {
  const optional = /\s*\[([^\]]+)\]/.exec(text);
  if (optional) {
    const [whole, inner = ''] = optional;
    return [text.replace(whole, ''), text.replace(whole, ` ${inner}`)].flatMap(variantsOf);
  }
  const choice = /(?<=\s)[\w-]+(?:\|[\w-]+)+/.exec(text)?.[0];
  return choice ? choice.split('|').flatMap((one) => variantsOf(text.replace(choice, one))) : [text];
};
