// The secret of a new endpoint, or a renewed one. It is shown only once.
import { Link } from '@remix-run/react';
import { Card } from '#web/ui/card.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { SecretValue } from '../../developers/parts/secret-value.tsx';
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
  const message = receiverMessage(receiver);
  return (
    <Card title="The secret of this endpoint">
      <div className="grid gap-4">
        <Notice tone="warn" announced title="Copy the secret now: it is shown only once">
          Only an encrypted copy is stored. If you lose it, renew it.
        </Notice>
        <p className="font-mono text-sm break-all">{url}</p>
        <SecretValue label="Secret" value={secret} />
        <SecretValue label="Endpoint id (X-API-Key)" value={endpointId} />
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
        {message ? (
          <Notice tone={message.tone} title={message.title}>
            {message.text}
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
