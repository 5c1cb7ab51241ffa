// Orders that a member makes by hand (decision 0082).
import { createHandOrder } from '#db/intents/hand-order.ts';
import { readIntent } from '#db/intents/read-intent.ts';
import { coinSymbol } from '#domain/coins.ts';
import { UserError } from '#domain/errors.ts';
import { type IntentId, isIntentId } from '#domain/ids.ts';
import { formatUnits } from '#domain/money.ts';
import { OrderSourceKind } from '#domain/order-source.ts';
import type { DashboardVisit } from '#web/access/store-access-types.ts';
import { createOrderMaker, type OrderMakerDeps } from '#web/api/own-orders.ts';
import type { QrCode } from '#web/checkout/server/view-types.ts';
import { qrCode } from '#web/ui/qr-code.ts';
import { parseCents, parsePricing } from '../../links/parts/link-form.server.ts';
import type { NewOrderForm } from '../parts/new-order-form.server.ts';

export interface MadeOrder {
  id: IntentId;
  orderId: string | null;
  amount: string;
  coin: string;
  expiresAt: string;
  url: string;
  qr: QrCode;
}

export interface OwnOrdersService {
  /** Throws UserError, whose message names the field. */
  create(visit: DashboardVisit, form: NewOrderForm): Promise<IntentId>;
  /** An order of the store, to share; null when there is none. */
  made(storeId: string, id: string): Promise<MadeOrder | null>;
}

/** The store's settings allow the same (`checkoutTtlSeconds`). */
const MAX_MINUTES = 10_080;

/** The form's name of a field of the API's body. */
const FIELDS: Readonly<Record<string, string>> = {
  amount_cents: 'amount',
  currency: 'pricing',
  order_id: 'orderId',
  order_description: 'description',
};

export const createOwnOrdersService = (deps: OrderMakerDeps & { publicUrl: string }): OwnOrdersService => {
  const orderOf = createOrderMaker(deps);
  return {
    async create({ store, actor }, form) {
      const read = parseCents(form.amount);
      if ('reason' in read) throw new UserError('amount', `amount: ${read.reason}`);
      const pricing = parsePricing(form.pricing);
      if (!pricing) throw new UserError('pricing', 'pricing: must be one of the list');
      const seconds = secondsOf(form.minutes.trim());
      const intent = await orderOf({
        storeId: store.id,
        source: OrderSourceKind.HAND,
        body: {
          currency: pricing.currency,
          stable_coin: pricing.stableCoin,
          amount_cents: Number(read.cents),
          order_id: form.orderId.trim(),
          order_description: form.description.trim(),
        },
        ...(seconds === null ? {} : { exactTtlSeconds: seconds }),
      }).catch(namedField);
      return await createHandOrder(deps.orm.em, intent, form.once, actor);
    },
    async made(storeId, id) {
      const order = isIntentId(id) ? await readIntent(deps.orm.em, storeId, id) : null;
      if (!order) return null;
      const url = `${deps.publicUrl}/checkout/${order.id}`;
      return {
        id: order.id,
        orderId: order.orderId ?? null,
        amount: formatUnits(order.amountUnits),
        coin: coinSymbol(order.stableCoin),
        expiresAt: order.expiresAt.toISOString(),
        url,
        qr: qrCode(url),
      };
    },
  };
};

/** Null: as the store's settings say. Throws UserError. */
const secondsOf = (minutes: string): number | null => {
  if (minutes === '') return null;
  const value = /^\d{1,5}$/.test(minutes) ? Number(minutes) : 0;
  if (value >= 1 && value <= MAX_MINUTES) return value * 60;
  throw new UserError('minutes', `minutes: must be a whole number from 1 to ${MAX_MINUTES.toLocaleString('en')}`);
};

const namedField = (error: unknown): never => {
  const field = error instanceof UserError ? FIELDS[error.values.field ?? ''] : undefined;
  if (!(error instanceof UserError) || !field) throw error;
  throw new UserError(error.code, `${field}: ${error.message}`);
};
