// Searches for secrets in the logs of every process, in error responses and in Temporal histories.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';

/** A text that people or machines may read. */
export interface Place {
  name: string;
  text: string;
}

/** Secrets by name. A secret that the run did not use would prove nothing. */
export type Secrets = Readonly<Record<string, string | undefined>>;

/** The text itself, its form in a URL, and its bytes in common encodings; a key in hex also without prefix. */
const spellingsOf = (secret: string): string[] => {
  const bare = secret.replace(/^0x/, '');
  const bytes = [Buffer.from(secret), ...(/^([0-9a-f]{2}){16,}$/i.test(bare) ? [Buffer.from(bare, 'hex')] : [])];
  const encoded = bytes.flatMap((value) => [
    ...[value.toString('hex'), value.toString('base64url'), value.toString('base64').replace(/=+$/, '')],
  ]);
  return [...new Set([bare, encodeURIComponent(bare), ...encoded])].map((text) => text.toLowerCase());
};

/** Every match, as "API secret in web.log". Throws for a secret that is missing or too short to rule out chance. */
export const findLeaks = (places: readonly Place[], secrets: Secrets): string[] => {
  const texts = places.map(({ name, text }) => ({ name, text: text.toLowerCase() }));
  return Object.entries(secrets).flatMap(([what, secret]) => {
    if (!secret || secret.length < 10) throw new Error(`there is no ${what} to look for`);
    const spellings = spellingsOf(secret);
    return texts
      .filter(({ text }) => spellings.some((spelling) => text.includes(spelling)))
      .map(({ name }) => `${what} in ${name}`);
  });
};

/** The logs of a system that `npm start` runs. */
export const logsOf = (dataDir: string): Place[] => {
  const folder = join(dataDir, 'logs');
  return readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
};

/**
 * The history of every workflow, or of those that are named, with its payloads decoded as text, its memo and search attributes.
 * @param named a query of Temporal's list
 */
export const historiesOf = async (address: string, namespace: string, named = ''): Promise<Place[]> => {
  const connection = await Connection.connect({ address });
  try {
    const { workflow } = new Client({ connection, namespace });
    const places: Place[] = [];
    for await (const { workflowId, runId, memo, searchAttributes } of workflow.list(named ? { query: named } : {})) {
      const { events } = await workflow.getHandle(workflowId, runId).fetchHistory();
      places.push({
        name: `the history of ${workflowId}`,
        text: [workflowId, JSON.stringify({ memo, searchAttributes }), ...textsOf(events)].join('\n'),
      });
    }
    return places;
  } finally {
    await connection.close();
  }
};

/** Every text in it at any depth; bytes are payloads. */
const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsOf(member)]);
};
