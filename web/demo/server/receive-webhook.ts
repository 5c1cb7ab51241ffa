// What a shop does with a webhook, in this order: verify the signature, reject a replay, mark the order as paid once for each
// transaction id, log the result. Everything after the signature check is one database transaction.
import type { Pool, PoolClient } from 'pg';
import { type ReceivedWebhook, verifyWebhook, type WebhookEvent, type WebhookKey } from '#sdk/src/index.ts';

export interface WebhookReply {
  status: number;
  message: string;
}

interface LogLine extends WebhookReply {
  signatureCheck: string;
  orderId: string | null;
}

interface GenuineWebhook {
  nonce: string;
  event: WebhookEvent;
}

const LOG_LINES = 1_000;

export const receiveWebhook = async (pool: Pool, key: WebhookKey, webhook: ReceivedWebhook): Promise<WebhookReply> => {
  const check = await verifyWebhook(key, webhook);
  const client = await pool.connect();
  try {
    await client.query('begin');
    const line: LogLine = check.ok
      ? await accept(client, check)
      : { status: 401, message: 'rejected', signatureCheck: check.problem, orderId: null };
    await client.query(
      `insert into demo.webhook_log (webhook_id, order_id, signature_check, outcome, answered, body)
       values ($1, $2, $3, $4, $5, $6)`,
      [
        check.ok ? check.webhookId : null,
        line.orderId,
        line.signatureCheck,
        line.message,
        line.status,
        // Postgres text cannot hold NUL; a stranger's body may.
        Buffer.from(webhook.rawBody).toString('utf8').replaceAll('\0', ''),
      ],
    );
    // Anyone can post here, so the log keeps only its newest lines.
    await client.query('delete from demo.webhook_log where id <= (select max(id) from demo.webhook_log) - $1', [
      LOG_LINES,
    ]);
    await client.query('commit');
    return { status: line.status, message: line.message };
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
};

const accept = async (client: PoolClient, { nonce, event }: GenuineWebhook): Promise<LogLine> => {
  const signatureCheck = 'ok';
  const newNonce = await client.query(
    'insert into demo.webhook_nonce (nonce) values ($1) on conflict do nothing returning nonce',
    [nonce],
  );
  if (newNonce.rowCount === 0) {
    return { status: 401, message: 'rejected', signatureCheck: 'replayed', orderId: null };
  }
  // A nonce outside the timestamp window cannot be replayed.
  await client.query("delete from demo.webhook_nonce where seen_at < now() - interval '10 minutes'");

  const orderId = event.order_id;
  if (event.event_type !== 'checkout_intent.confirmed') {
    return { status: 200, message: 'ignored: not a payment', signatureCheck, orderId };
  }
  const { rows } = await client.query<{ total_cents: number }>(
    'select total_cents from demo.shop_order where id = $1 for update',
    [orderId],
  );
  // Orders by hand, payment links and invoices have webhooks too. This shop stores each order before it creates its checkout, so one that
  // it does not know is none of its own: to ask for it again, with an error, would bring it for three days.
  if (!rows[0]) return { status: 200, message: 'ignored: no order of this shop', signatureCheck, orderId };
  // The order decides what is owed, not the checkout.
  if (rows[0].total_cents !== event.amount_cents) {
    return { status: 200, message: 'amount differs from the order, left for a person', signatureCheck, orderId };
  }

  const first = await client.query(
    'insert into demo.webhook_seen (transaction_id, order_id) values ($1, $2) on conflict do nothing returning 1',
    [event.all_scale_transaction_id, orderId],
  );
  if (first.rowCount === 0) return { status: 200, message: 'already processed', signatureCheck, orderId };

  await client.query(
    `update demo.shop_order set state = 'paid', paid_at = now(), paid_coins = $2, paid_coin = $3, paid_chain_id = $4,
       paid_tx_hash = $5 where id = $1 and state <> 'paid'`,
    [orderId, event.amount_coins, event.coin_symbol, event.chain_id, event.tx_hash],
  );
  return { status: 200, message: 'order marked as paid', signatureCheck, orderId };
};
