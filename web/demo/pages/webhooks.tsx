// The webhooks that the demo shop received, with the results of their signature checks.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { WebhookTable } from '../parts/webhook-table.tsx';

export const loader = async ({ context }: LoaderFunctionArgs) => ({
  webhooks: (await context.demoShop?.webhookLog()) ?? [],
});

export default function DemoWebhooks() {
  const { webhooks } = useLoaderData<typeof loader>();
  return (
    <main>
      <h1>Webhook log</h1>
      <WebhookTable webhooks={webhooks} />
    </main>
  );
}
