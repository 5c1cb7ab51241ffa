// A new key with its secret, which is shown only once.
import { Card } from '#web/ui/card.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import type { MadeKey } from '../server/developers-types.ts';
import { SecretValue } from './secret-value.tsx';

export function MadeKeyCard({ made, timeZone }: { made: MadeKey; timeZone: string }) {
  return (
    <Card title={`The new key “${made.name}”`}>
      <div className="grid gap-4">
        <Notice tone="warn" announced title="Copy the secret now: it is shown only once">
          Only an encrypted copy is stored. If you lose it, roll the key.
        </Notice>
        <SecretValue label="API key (X-API-Key)" value={made.apiKey} />
        <SecretValue label="API secret" value={made.apiSecret} />
        <p>
          <a
            className="button"
            download="allscale.env"
            href={`data:application/octet-stream,${encodeURIComponent(envFile(made))}`}
          >
            Download allscale.env
          </a>{' '}
          <a className="link ml-3 inline-flex min-h-11 items-center text-sm" href="/docs/quick-start">
            Quick start
          </a>
        </p>
        {made.oldKeyEndsAt ? (
          <p className="text-sm text-ink-2">
            The old key ends: <LocalTime iso={made.oldKeyEndsAt} timeZone={timeZone} />.
          </p>
        ) : null}
      </div>
    </Card>
  );
}

/** The variables of the samples and client packages. */
const envFile = ({ name, baseUrl, apiKey, apiSecret }: MadeKey): string =>
  [
    `# ${name.replace(/\s+/g, ' ')}. The secret is not shown again: keep this file out of version control.`,
    `ALLSCALE_BASE_URL=${baseUrl}`,
    `ALLSCALE_API_KEY=${apiKey}`,
    `ALLSCALE_API_SECRET=${apiSecret}`,
    '',
  ].join('\n');
