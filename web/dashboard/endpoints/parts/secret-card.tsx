// The secret of an endpoint: renewing it, and ending the wait of a renewed one.
import { Form } from '@remix-run/react';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Checkbox, FieldSet } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';

const WAITS = [
  ['0', 'Now: the old one is known to others, or your receiver takes the new one at once'],
  ['1', 'In 1 hour'],
  ['24', 'In 24 hours'],
  ['72', 'In 72 hours'],
] as const;

export function SecretCard({ nextSecretAt, timeZone }: { nextSecretAt: string | null; timeZone: string }) {
  return (
    <Card
      title="Secret"
      lead="A webhook has one signature, so one secret signs at a time. Let your receiver take both secrets until the new one signs. What it rejects meanwhile is retried for three days."
    >
      <div id="secret" className="grid gap-5">
        {nextSecretAt ? (
          <Form method="post" className="grid gap-3">
            <p className="text-sm">
              A renewed secret signs from <LocalTime iso={nextSecretAt} timeZone={timeZone} />. The old one signs until
              then.
            </p>
            <div className="flex flex-wrap gap-2">
              <SubmitButton tone="primary" name="do" value="use-secret" busyLabel="One moment…">
                Use the new secret now
              </SubmitButton>
              <SubmitButton name="do" value="keep-secret" busyLabel="One moment…">
                Keep the old secret
              </SubmitButton>
            </div>
          </Form>
        ) : null}
        <Form method="post" className="grid gap-4">
          <FieldSet legend="The new secret signs" hint={nextSecretAt ? 'It replaces the one that waits.' : undefined}>
            {WAITS.map(([hours, label]) => (
              <Checkbox
                key={hours}
                type="radio"
                name="wait"
                value={hours}
                label={label}
                defaultChecked={hours === '24'}
              />
            ))}
          </FieldSet>
          <div>
            <SubmitButton name="do" value="renew" busyLabel="One moment…">
              Renew secret
            </SubmitButton>
          </div>
        </Form>
      </div>
    </Card>
  );
}
