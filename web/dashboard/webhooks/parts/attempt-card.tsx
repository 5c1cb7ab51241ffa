// One attempt at a webhook or at a delivery to an endpoint: its result, its headers, and the response.
import { isAcceptance } from '#domain/webhook-response.ts';
import { Badge } from '#web/ui/badge.tsx';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { sentence } from '#web/ui/sentence.ts';
import { Summary } from '#web/ui/summary.tsx';
import { HeaderList, RawText } from '../../developers/parts/raw-text.tsx';
import type { WebhookAttemptView } from '../server/webhooks-types.ts';

interface AttemptCardProps {
  attempt: WebhookAttemptView;
  number: number;
  timeZone: string;
  debuggerUrl: string;
}

export function AttemptCard({ attempt, number, timeZone, debuggerUrl }: AttemptCardProps) {
  const { at, url, ms, status, error, headers, response } = attempt;
  // An accepted event may have a remark too: its body broke off.
  const accepted = status !== null && isAcceptance(status);
  return (
    <Card title={`Attempt ${number}`} actions={<LinkButton to={debuggerUrl}>Check its signature</LinkButton>}>
      <div className="grid gap-4">
        <p className="flex flex-wrap items-center gap-x-5 gap-y-2 text-sm">
          <Badge tone={accepted ? 'ok' : 'bad'}>{status === null ? 'No response' : `HTTP ${status}`}</Badge>
          <LocalTime iso={at} timeZone={timeZone} precision="second" />
          <span>{ms} ms</span>
          <span className="font-mono break-all">{url}</span>
        </p>
        {error ? (
          <p className={`text-sm ${accepted ? 'text-ink-2' : 'font-semibold text-bad'}`}>{sentence(error)}</p>
        ) : null}
        {headers.length > 0 ? (
          <details>
            <Summary>Headers as sent</Summary>
            <HeaderList headers={headers} />
          </details>
        ) : null}
        {response !== null ? (
          <RawText label={`Response to attempt ${number}`} text={response} empty="The response had no body." />
        ) : null}
      </div>
    </Card>
  );
}
