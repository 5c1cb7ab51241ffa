// The demo shop's back office: orders, API calls and webhooks. It is an example for merchants, so it never reads the checkout's
// tables.
import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { AllScaleClient, Currency, type ReceivedWebhook } from '#sdk/src/index.ts';
import { type Cart, type CartLine, cartLines, cartTotalCents } from '../parts/products.ts';
import { receiveWebhook, type WebhookReply } from './receive-webhook.ts';

export interface DemoOrder {
  id: string;
  lines: CartLine[];
  totalCents: number;
  /** Changed by the webhook only, never by the shopper's return. */
  state: 'awaiting_payment' | 'paid';
  checkoutUrl: string | null;
  paid: { coins: string; coin: string; chainId: number; txHash: string; at: string } | null;
  createdAt: string;
}

export interface WebhookLogEntry {
  id: string;
  receivedAt: string;
  webhookId: string | null;
  orderId: string | null;
  /** `ok`, or why the signature check failed. */
  signatureCheck: string;
  outcome: string;
  responseStatus: number;
  body: string;
}

export interface DemoShop {
  /** Creates the order and its checkout. Throws AllScaleApiError when the API rejects it, AllScaleUnreachableError without a response. */
  placeOrder(cart: Cart): Promise<{ orderId: string; checkoutUrl: string }>;
  order(id: string): Promise<DemoOrder | null>;
  recentOrders(): Promise<DemoOrder[]>;
  /** Newest first, of one order or of all. */
  webhookLog(orderId?: string): Promise<WebhookLogEntry[]>;
  receive(webhook: ReceivedWebhook): Promise<WebhookReply>;
  close(): Promise<void>;
}

export interface DemoShopOptions {
  databaseUrl: string;
  /** The base URL of the API and of this shop: one server has both here. */
  publicUrl: string;
  apiKey: string;
  apiSecret: string;
}

const LIST_LENGTH = 20;

/** Opens the shop. It starts without the database; requests need it. */
export const openDemoShop = ({ databaseUrl, publicUrl, ...key }: DemoShopOptions): DemoShop => {
  const pool = new Pool({ connectionString: databaseUrl, max: 4 });
  const allscale = new AllScaleClient({ baseUrl: publicUrl, ...key });
  // The pool replaces a broken idle connection; without a listener the error would end the process.
  pool.on('error', () => {});

  return {
    placeOrder: async (cart) => {
      const lines = cartLines(cart);
      const totalCents = cartTotalCents(lines);
      if (totalCents === 0) throw new RangeError('The cart is empty');
      const id = `DEMO-${randomBytes(4).toString('hex').toUpperCase()}`;
      await pool.query('insert into demo.shop_order (id, lines, total_cents) values ($1, $2, $3)', [
        id,
        JSON.stringify(lines),
        totalCents,
      ]);
      const checkout = await allscale.createCheckout(
        {
          currency: Currency.USD,
          amount_cents: totalCents,
          accepted_stable_coins: [1, 2],
          order_id: id,
          order_description: lines.map(({ product, quantity }) => `${quantity} × ${product.name}`).join(', '),
          redirect_url: new URL(`/demo/orders/${id}`, publicUrl).href,
        },
        { idempotencyKey: id },
      );
      await pool.query('update demo.shop_order set checkout_url = $2, intent_id = $3 where id = $1', [
        id,
        checkout.checkout_url,
        checkout.allscale_checkout_intent_id,
      ]);
      return { orderId: id, checkoutUrl: checkout.checkout_url };
    },
    order: async (id) => {
      const { rows } = await pool.query<OrderRow>('select * from demo.shop_order where id = $1', [id]);
      return rows[0] ? toOrder(rows[0]) : null;
    },
    recentOrders: async () => {
      const { rows } = await pool.query<OrderRow>('select * from demo.shop_order order by created_at desc limit $1', [
        LIST_LENGTH,
      ]);
      return rows.map(toOrder);
    },
    webhookLog: async (orderId) => {
      const { rows } = await pool.query<LogRow>(
        'select * from demo.webhook_log where $1::text is null or order_id = $1 order by id desc limit $2',
        [orderId ?? null, LIST_LENGTH],
      );
      return rows.map(toLogEntry);
    },
    receive: async (webhook) => await receiveWebhook(pool, key, webhook),
    close: () => pool.end(),
  };
};

interface OrderRow {
  id: string;
  lines: CartLine[];
  total_cents: number;
  state: DemoOrder['state'];
  checkout_url: string | null;
  paid_coins: string;
  paid_coin: string;
  paid_chain_id: number;
  paid_tx_hash: string;
  created_at: Date;
  paid_at: Date | null;
}

const toOrder = (row: OrderRow): DemoOrder => ({
  id: row.id,
  lines: row.lines,
  totalCents: row.total_cents,
  state: row.state,
  checkoutUrl: row.checkout_url,
  createdAt: row.created_at.toISOString(),
  paid: row.paid_at && {
    coins: row.paid_coins,
    coin: row.paid_coin,
    chainId: row.paid_chain_id,
    txHash: row.paid_tx_hash,
    at: row.paid_at.toISOString(),
  },
});

interface LogRow {
  id: string;
  received_at: Date;
  webhook_id: string | null;
  order_id: string | null;
  signature_check: string;
  outcome: string;
  answered: number;
  body: string;
}

const toLogEntry = (row: LogRow): WebhookLogEntry => ({
  id: row.id,
  receivedAt: row.received_at.toISOString(),
  webhookId: row.webhook_id,
  orderId: row.order_id,
  signatureCheck: row.signature_check,
  outcome: row.outcome,
  responseStatus: row.answered,
  body: row.body,
});
