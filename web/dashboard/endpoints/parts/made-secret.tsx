// The secret of a new endpoint, or a renewed one. It is shown only once.
import { Link } from '@remix-run/react';
import { Card } from '#web/ui/card.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { receiverMessage } from '../../settings/parts/receiver-answer.tsx';
import type { MadeSecret } from '../server/endpoints-types.ts';

interface MadeSecretCardProps {
  made: MadeSecret;
  /** The endpoint's page. */
  endpointUrl: string;
  timeZone: string;
}

export function MadeSecretCard({ made, endpointUrl, timeZone }: MadeSecretCardProps) {
  const { endpointId, url, secret, signsFrom, receiver } = made;
  const answer = receiverMessage(receiver);
  return (
    <Card title="The secret of this endpoint">
      <div className="grid gap-4">
        <Notice tone="warn" announced title="Copy the secret now: it is shown only once">
          Only an encrypted copy is stored. If you lose it, renew it.
        </Notice>
        <p className="font-mono text-sm break-all">{url}</p>
        <Value label="Secret" value={secret} />
        <Value label="Endpoint id (X-API-Key)" value={endpointId} />
        <p className="max-w-prose text-sm">
          {signsFrom ? (
            <>
              The old secret signs until <LocalTime iso={signsFrom} timeZone={timeZone} />, and this one from then on.
              Let your receiver take both until then.
            </>
          ) : (
            'It signs every event from now on. Your receiver verifies with it, and with the endpoint’s id as the key.'
          )}{' '}
          <a className="link" href="/docs/webhooks#verify-each-webhook-in-this-order">
            How to verify
          </a>
        </p>
        {answer ? (
          <Notice tone={answer.tone} title={answer.title}>
            {answer.text}
          </Notice>
        ) : null}
        <p>
          <Link className="button px-3 text-sm" to={endpointUrl}>
            To the endpoint: send a test event
          </Link>
        </p>
      </div>
    </Card>
  );
}

function Value({ label, value }: { label: string; value: string }) {
  return (
    <div className="grid gap-1">
      <p className="text-sm font-semibold">{label}</p>
      <div className="flex flex-wrap items-center gap-3">
        <code className="rounded-lg bg-sunken px-3 py-2 font-mono text-sm break-all">{value}</code>
        <CopyButton value={value} label={`Copy ${label}`} />
      </div>
    </div>
  );
}
