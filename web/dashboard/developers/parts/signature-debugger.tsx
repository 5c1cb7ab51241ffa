// The signature debugger's form and findings. Everything happens in the browser: no field has a name, the form is never sent, and no
// input is stored.
import { type ChangeEvent, useState } from 'react';
import { isIdOf } from '#domain/ids.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { Checkbox, Field, FieldSet, TextArea } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { checkSignature, type SignatureInput, type SignatureReport } from './signature-check.ts';

export type DebuggerStart = Omit<SignatureInput, 'secret' | 'given'>;

export function SignatureDebugger({ start }: { start: DebuggerStart }) {
  const [input, setInput] = useState<SignatureInput>({ ...start, secret: '', given: '' });
  const hydrated = useHydrated();
  const set = (name: keyof SignatureInput) => (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
    setInput({ ...input, [name]: event.target.value });
  const isWebhook = input.kind === 'webhook';
  const report = hydrated ? checkSignature(input, Date.now()) : null;
  return (
    <div className="grid items-start gap-5 xl:grid-cols-2">
      <Card title="What was sent">
        <noscript>
          <p className="mb-4 text-sm">
            The debugger works in your browser and needs JavaScript: no secret may leave it.
          </p>
        </noscript>
        <form className="grid gap-4" autoComplete="off" onSubmit={(event) => event.preventDefault()}>
          <FieldSet legend="What is it?" disabled={!hydrated}>
            <div className="flex flex-wrap gap-x-8">
              {(['request', 'webhook'] as const).map((kind) => (
                <Checkbox
                  key={kind}
                  type="radio"
                  label={kind === 'request' ? 'A request to the API' : 'A webhook to my shop'}
                  checked={input.kind === kind}
                  onChange={() => setInput({ ...input, kind, ...(kind === 'webhook' ? { method: 'POST' } : {}) })}
                />
              ))}
            </div>
          </FieldSet>
          <div className="grid gap-4 sm:grid-cols-[8rem_minmax(0,1fr)]">
            <Field label="Method" value={input.method} onChange={set('method')} disabled={!hydrated} />
            <Field
              label="Path and query, as sent"
              value={input.target}
              onChange={set('target')}
              spellCheck={false}
              disabled={!hydrated}
            />
          </div>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field
              label={isWebhook ? 'X-Webhook-Timestamp' : 'X-Timestamp'}
              value={input.timestamp}
              onChange={set('timestamp')}
              disabled={!hydrated}
            />
            <Field
              label={isWebhook ? 'X-Webhook-Nonce' : 'X-Nonce'}
              value={input.nonce}
              onChange={set('nonce')}
              spellCheck={false}
              disabled={!hydrated}
            />
          </div>
          {isWebhook ? (
            <Field
              label="X-Webhook-Id"
              value={input.webhookId}
              onChange={set('webhookId')}
              spellCheck={false}
              disabled={!hydrated}
            />
          ) : null}
          <Field
            label="X-API-Key"
            hint={isWebhook ? 'The key, or the endpoint, whose secret signs.' : undefined}
            value={input.apiKey}
            onChange={set('apiKey')}
            spellCheck={false}
            disabled={!hydrated}
          />
          <TextArea
            label="Body, byte for byte"
            hint="Empty for a request without one."
            value={input.body}
            onChange={set('body')}
            spellCheck={false}
            disabled={!hydrated}
          />
          <Field
            label={isWebhook ? 'X-Webhook-Signature' : 'X-Signature'}
            hint="The one that was sent, to be explained."
            value={input.given}
            onChange={set('given')}
            spellCheck={false}
            disabled={!hydrated}
          />
          <Field
            label={isIdOf('whe', input.apiKey.trim()) ? 'Secret of the endpoint' : 'API secret'}
            type="password"
            hint="Stays in this browser: nothing on this page is sent anywhere or kept."
            value={input.secret}
            onChange={set('secret')}
            autoComplete="off"
            disabled={!hydrated}
          />
        </form>
      </Card>
      <Findings report={report} hasSecret={input.secret !== ''} given={input.given} />
    </div>
  );
}

interface FindingsProps {
  /** Null before hydration. */
  report: SignatureReport | null;
  hasSecret: boolean;
  given: string;
}

function Findings({ report, hasSecret, given }: FindingsProps) {
  return (
    <div className="grid gap-5">
      <Card title="The canonical string" lead="These lines, joined by line feeds, none after the last.">
        <ol className="grid gap-2" data-testid="canonical">
          {report?.lines.map(({ name, value }) => (
            <li key={name} className="grid gap-0.5">
              <span className="text-xs text-ink-2">{name}</span>
              <code className="rounded bg-sunken px-2 py-1 font-mono text-xs break-all">{value || '(empty line)'}</code>
            </li>
          ))}
        </ol>
      </Card>
      <Card title="The signature">
        <div className="grid gap-4">
          {report && hasSecret ? (
            <div className="grid gap-1 text-sm">
              <p className="font-semibold">Expected</p>
              <code className="font-mono text-xs break-all" data-testid="expected">
                {report.expected}
              </code>
            </div>
          ) : (
            <p className="text-sm text-ink-2">Type the secret to see the expected signature.</p>
          )}
          <div role="status" className="grid gap-3" data-testid="findings">
            {report && hasSecret ? (
              <>
                <Comparison given={given} matches={report.matches} />
                {report.slips.map((slip) => (
                  <Notice key={slip} tone="warn">
                    {slip}
                  </Notice>
                ))}
              </>
            ) : null}
          </div>
        </div>
      </Card>
    </div>
  );
}

function Comparison({ given, matches }: { given: string; matches: boolean }) {
  if (given.trim() === '') return <p className="text-sm text-ink-2">Paste the sent signature to compare.</p>;
  return (
    <p>{matches ? <Badge tone="ok">The signatures match</Badge> : <Badge tone="bad">The signatures differ</Badge>}</p>
  );
}
