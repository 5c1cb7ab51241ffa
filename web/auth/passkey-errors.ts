// A passkey's response for another origin, relying party or ceremony is the browser's mistake, not ours: 400. The plugin says 500, and a
// hook after it cannot change the status.
import type { BetterAuthPlugin } from 'better-auth';

const CODE = 'FAILED_TO_VERIFY_REGISTRATION';

export const passkeyErrors = () =>
  ({
    id: 'passkey-errors',
    async onResponse(response) {
      if (response.status !== 500) return;
      const body = (await response
        .clone()
        .json()
        .catch(() => null)) as { code?: unknown } | null;
      if (body?.code !== CODE) return;
      return { response: Response.json(body, { status: 400, headers: response.headers }) };
    },
  }) satisfies BetterAuthPlugin;
