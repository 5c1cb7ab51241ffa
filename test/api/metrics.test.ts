// Prometheus metrics of the web process are labelled by route pattern, and served only on their own port.
import { expect, test } from 'vitest';
import { freePort } from '#scripts/lib/ports.ts';
import { createWebMetrics, startMetricsServer } from '#web/http/web-metrics.ts';
import { startApiServer } from './api-server.ts';

test('responses are counted by route pattern and status, and the public port shows no metrics', async () => {
  const metrics = createWebMetrics();
  const server = await startApiServer({ metrics });
  const port = await freePort();
  const stop = await startMetricsServer({ register: metrics, host: '127.0.0.1', port });
  try {
    const missing = 'f'.repeat(32);
    await server.store.get(`/v1/checkout_intents/${missing}`);
    await server.store.get('/v1/checkout_intents/0');
    expect((await fetch(`${server.origin}/metrics`)).status).toBe(404);

    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(text).toMatch(
      /^http_request_duration_seconds_count\{method="GET",route="\/v1\/checkout_intents\/:\w+",status="40\d"\} [12]$/m,
    );
    expect(text).not.toContain(missing);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  } finally {
    stop();
    await server.close();
  }
});
