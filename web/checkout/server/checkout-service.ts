// What a visit to a checkout changes. Pages may only move CREATED → PAYING → TEMP_WALLET_RECEIVED, and only through
// changeIntent (docs/architecture.md section 4); everything about money is the workflow's.
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import type { Orm } from '#db/orm.ts';
import type { CoinId } from '#domain/coins.ts';
import { TransitionError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { canPageTransition, IntentStatus, PaymentMethod } from '#domain/status.ts';

/** The page was opened: CREATED → PAYING. Any other status stays as it is. */
export const openCheckout = (orm: Orm, intentId: IntentId): Promise<void> =>
  moveByPage(orm, intentId, IntentStatus.PAYING, {});

/** The deposit address is shown for this coin and network: → TEMP_WALLET_RECEIVED, payment method "scan". */
export const assignAddress = (orm: Orm, intentId: IntentId, coin: CoinId, chainId: number): Promise<void> =>
  moveByPage(orm, intentId, IntentStatus.TEMP_WALLET_RECEIVED, { coin, chain_id: chainId });

const moveByPage = async (
  orm: Orm,
  intentId: IntentId,
  to: IntentStatus,
  data: Record<string, unknown>,
): Promise<void> => {
  const em = orm.em.fork();
  const intent = await em.findOne(CheckoutIntent, intentId, { fields: ['status'] });
  if (!intent || !canPageTransition(intent.status, to)) return;
  const method = to === IntentStatus.TEMP_WALLET_RECEIVED ? { paymentMethodType: PaymentMethod.WALLET_SCAN } : {};
  try {
    await changeIntent(orm.em.fork(), { intentId, actor: 'page', to, data, ...method });
  } catch (error) {
    // The workflow or another tab changed the status first.
    if (!(error instanceof TransitionError)) throw error;
  }
};
