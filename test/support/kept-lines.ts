// A log that keeps its lines, as web and worker write them.
import { Writable } from 'node:stream';

export interface Line {
  level: number;
  msg?: string;
  request_id?: string;
  intent?: string;
  order?: string;
  trace_id?: string;
  [more: string]: unknown;
}

export interface KeptLines {
  /** For `pino()`, or as Fastify's `stream`. */
  stream: Writable;
  lines: Line[];
  /** As they were written. */
  text(): string;
}

export const keepLines = (): KeptLines => {
  const written: string[] = [];
  const lines: Line[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      lines.push(...linesOf(String(chunk)));
      done();
    },
  });
  return { stream, lines, text: () => written.join('') };
};

/** What is no JSON is left out: a process also says other things. */
export const linesOf = (text: string): Line[] =>
  text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));
