// What the mailbox of a running system received, read from its database.
import pg from 'pg';
import { waitFor } from '#scripts/lib/wait-for.ts';

/** The first group of the pattern in a message to the address. Waits until there is one. */
export const mailedText = async (databaseUrl: string, email: string, pattern: RegExp): Promise<string> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await waitFor(
      async () => {
        const { rows } = await client.query<{ text: string }>(
          'select plain_text as text from mailbox_message where recipient = $1',
          [email],
        );
        return rows.map(({ text }) => pattern.exec(text)?.[1]).find(Boolean);
      },
      { what: `the e-mail with a text like ${pattern}`, timeoutMs: 60_000, intervalMs: 200 },
    );
  } finally {
    await client.end();
  }
};
