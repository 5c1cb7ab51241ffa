// What a visit to a checkout changes. Pages may only move CREATED → PAYING → TEMP_WALLET_RECEIVED, and only through
// changeIntent (architecture.md section 4); everything about money is the workflow's.
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import type { Orm } from '#db/orm.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import type { CoinId } from '#domain/coins.ts';
import type { EnabledChain } from '#domain/config.ts';
import { TransitionError, UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { parseDecimal } from '#domain/money.ts';
import { canPageTransition, IntentStatus, PaymentMethod } from '#domain/status.ts';
import { payFromDevelopmentWallet } from '../dev-wallet.ts';

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
    // The workflow, or another tab, was faster: its status stands.
    if (!(error instanceof TransitionError)) throw error;
  }
};

export interface DevelopmentWalletOrder {
  address: `0x${string}`;
  coin: CoinId;
  chainId: number;
  /** Decimal string of coin. */
  amount: string;
}

/** Pays a checkout on a local chain. Throws UserError with words for the page. */
export const payByDevelopmentWallet = async (
  chains: readonly EnabledChain[],
  { address, coin, chainId, amount }: DevelopmentWalletOrder,
): Promise<{ txHash: string }> => {
  const rpcUrl = chains.find(({ chain }) => chain.id === chainId)?.rpcUrls[0];
  const chain = chainById(chainId);
  const amountBaseUnits = parseDecimal(amount, tokenOf(chain, coin)?.decimals ?? 0);
  if (!rpcUrl || !amountBaseUnits) throw new UserError('not_payable', 'This network cannot be paid on from here');
  return await payFromDevelopmentWallet({ rpcUrl, chain, coin, to: address, amountBaseUnits });
};
