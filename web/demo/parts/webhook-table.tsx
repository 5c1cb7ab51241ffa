// The demo shop's webhook log: body, signature check, what the shop did, and its response.

import { utcTime } from '#web/text/utc-time.ts';
import type { WebhookLogEntry } from '../server/demo-shop.ts';

export function WebhookTable({ webhooks }: { webhooks: readonly WebhookLogEntry[] }) {
  if (webhooks.length === 0) return <p className="demo-soft">No webhooks yet.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs a keyboard (axe: scrollable-region-focusable)
    <section className="demo-scroll" tabIndex={0} aria-label="Webhooks received">
      <table className="demo-table" data-testid="webhooks">
        <thead>
          <tr>
            <th scope="col">Received</th>
            <th scope="col">Signature check</th>
            <th scope="col">What the shop did</th>
            <th scope="col">Response</th>
            <th scope="col">Body</th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map(({ id, receivedAt, signatureCheck, outcome, responseStatus, body, webhookId }) => (
            <tr key={id}>
              <td>{utcTime(receivedAt, 'en')}</td>
              <td className={signatureCheck === 'ok' ? 'demo-good' : 'demo-poor'}>
                {signatureCheck === 'ok' ? 'verified' : `failed: ${signatureCheck.replaceAll('_', ' ')}`}
              </td>
              <td>{outcome}</td>
              <td>{responseStatus}</td>
              <td>
                <details>
                  <summary className="demo-plain cursor-pointer">{webhookId ?? 'no id'}</summary>
                  <pre>{body}</pre>
                </details>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
