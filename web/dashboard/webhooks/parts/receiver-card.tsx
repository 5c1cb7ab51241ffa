// The store's webhook receiver: its URL, whether deliveries are switched off, and a test event.
import { Form, Link } from '@remix-run/react';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { ReadOnlyNotice } from '../../frame/read-only-notice.tsx';

interface ReceiverCardProps {
  receiver: { url: string | null; disabledAt: string | null };
  storeId: string;
  timeZone: string;
  mayWrite: boolean;
}

export function ReceiverCard({ receiver: { url, disabledAt }, storeId, timeZone, mayWrite }: ReceiverCardProps) {
  const settings = `/dashboard/${storeId}/settings/connection`;
  if (!url) {
    return (
      <Notice tone="warn" title="No webhook URL is set">
        Your shop is not told of payments. Without a shop you need none. Events are kept: with a URL, they can be
        delivered.{' '}
        <Link className="link" to={settings}>
          Set the URL
        </Link>
      </Notice>
    );
  }
  return (
    <Card title="Receiver" actions={<LinkButton to={settings}>{mayWrite ? 'Change' : 'Settings'}</LinkButton>}>
      <div className="grid gap-4">
        <p className="font-mono text-sm break-all">{url}</p>
        {disabledAt ? (
          <Notice tone="warn" title="Deliveries are switched off">
            The receiver responded with 410 (“gone”): <LocalTime iso={disabledAt} timeZone={timeZone} />. Events wait as
            “no receiver” and can be redelivered.
          </Notice>
        ) : null}
        {mayWrite ? (
          <Form method="post">
            {disabledAt ? (
              <SubmitButton tone="primary" name="do" value="enable" busyLabel="One moment…">
                Enable again
              </SubmitButton>
            ) : (
              <SubmitButton name="do" value="test" busyLabel="Sending…">
                Send test event
              </SubmitButton>
            )}
          </Form>
        ) : (
          <ReadOnlyNotice>Owners and managers may send test events, and send failed webhooks again.</ReadOnlyNotice>
        )}
      </div>
    </Card>
  );
}
