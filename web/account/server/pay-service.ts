// AllScale Pay on the checkout. The server never holds a key; the browser's half is web/account/keys/.
//   options() → the shopper picks a row → buildTransfer() → review → the browser signs → broadcast()
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { announceTransaction, noteKnown } from '#db/intents/announced-transactions.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import type { Em } from '#db/orm.ts';
import type { Address, Hex } from '#domain/address.ts';
import { tokenAt } from '#domain/chains.ts';
import { TransitionError, UserError } from '#domain/errors.ts';
import { type IntentId, isIntentId } from '#domain/ids.ts';
import type { Screening } from '#domain/screening.ts';
import { canPageTransition, IntentStatus, PaymentMethod } from '#domain/status.ts';
import { quoteTransfers } from '#web/chains/wallet-balances.ts';
import { walletNetwork } from '#web/chains/wallet-networks.ts';
import { screenPayer } from '#web/checkout/server/payer-service.ts';
import { qrCode } from '#web/ui/qr-code.ts';
import type { PayOption, ReviewedTransfer, TopUp } from './account-types.ts';
import { payOptions } from './pay-options.ts';
import { notPayable, payableIntent, transferDue } from './payable-intent.ts';
import { type SendDeps, sendTransfer, unreachable } from './send-transfer.ts';
import { readSignedTransfer, type SignedTransfer } from './signed-transfer.ts';
import { type Missing, missingFor, type Payer, topUpOf } from './top-up.ts';
import { reviewedTransfer } from './transfer-review.ts';

export interface PayService {
  /**
   * A row for every accepted chain and coin, and for each other token of the coin that the wallet holds: what can be paid first, by
   * lowest fee, then the rest with its reason. One JSON-RPC request a chain. Throws UserError `not_payable`.
   */
  options(intentId: string, wallet: Address): Promise<PayOption[]>;
  /** The transfer to show and sign. Throws UserError `not_payable`, `already_sent`, `not_enough`, `unknown_chain`, `unreachable`. */
  buildTransfer(intentId: string, wallet: Address, chainId: number, token: Address): Promise<ReviewedTransfer>;
  /** What the wallet lacks for this payment. Throws what `missingFor` throws. */
  missing(intentId: string, payer: Payer, wanted: { chainId: number; token: Address }): Promise<Missing>;
  /** The same as transfers with the wallet's address: the only place that shows it before the phrase is saved. */
  topUp(intentId: string, payer: Payer, wanted: { chainId: number; token: Address }): Promise<TopUp>;
  /**
   * Sends a signed transfer that equals what `buildTransfer` gives for this intent now: signer, token, recipient, amount and
   * chain. Records payment method 3. Throws UserError: `bad_transaction`, `wrong_signer`, `not_payable`,
   * `already_sent`, `changed` (review again), `denied` and `screening_away` (screening), `not_sent`, `maybe_sent`.
   */
  broadcast(intentId: string, payer: { userId: string }, rawTx: string): Promise<{ txHash: Hex }>;
}

export interface PayDeps extends SendDeps {
  screening: Screening;
}

export const createPayService = (deps: PayDeps): PayService => ({
  options: (intentId, wallet) => payOptions(deps, intentId, wallet),

  async buildTransfer(intentId, wallet, chainId, token) {
    const payable = await payableIntent(deps, deps.orm.em.fork(), intentId, wallet);
    const chain = deps.access.chain(chainId);
    const wanted = transferDue(payable, chain, tokenAt(chain, token));
    const [quote] = await quoteTransfers(deps.access, chain, wallet, [wanted]).catch(unreachable(chain));
    if (!quote) throw new RangeError('one transfer has one quote');
    return reviewedTransfer(chain, wanted, quote);
  },

  missing: (intentId, payer, wanted) => missingFor(deps, intentId, payer, wanted),

  async topUp(intentId, payer, wanted) {
    const missing = await missingFor(deps, intentId, payer, wanted);
    const { address } = payer.wallet;
    const network = walletNetwork(deps.access.enabled(missing.chain.id));
    return { ...topUpOf(missing, address), qr: qrCode(address), network };
  },

  async broadcast(intentId, payer, rawTx) {
    const signed = readSignedTransfer(deps.access, rawTx);
    if (!isIntentId(intentId)) throw notPayable();
    await requireScreened(deps, intentId, signed.from);
    const guard = (em: Em) => requireStillDue(deps, em, intentId, signed);
    try {
      const result = await sendTransfer(deps, payer.userId, intentId, signed, guard);
      await recordMethod(deps, intentId, signed);
      // A node took it.
      await noteKnown(deps.orm.em.fork(), intentId, signed.txHash);
      return result;
    } catch (error) {
      // It may be on its way: then it is a payment by AllScale Pay, and other tabs must show it.
      if (error instanceof UserError && error.code === 'maybe_sent') await recordMethod(deps, intentId, signed);
      throw error;
    }
  },
});

const requireScreened = async (deps: PayDeps, intentId: IntentId, payer: Address): Promise<void> => {
  const screened = await screenPayer(deps, intentId, payer).catch((cause: unknown) => {
    throw new UserError('screening_away', 'The wallet could not be checked just now. Nothing was sent', { cause });
  });
  if (screened.kind === 'denied') throw new UserError('denied', screened.message);
};

const requireStillDue = async (deps: SendDeps, em: Em, intentId: IntentId, signed: SignedTransfer): Promise<void> => {
  const payable = await payableIntent(deps, em, intentId, signed.from);
  const wanted = transferDue(payable, signed.chain, signed.token);
  const isDue = signed.recipient === wanted.recipient && signed.amountBaseUnits === wanted.amountBaseUnits;
  if (isDue && (await isNext(deps, signed))) return;
  throw new UserError('changed', 'The amount due has changed since you reviewed it. Nothing was sent: review it again');
};

/** A transfer behind a gap in its account's nonces is never mined, and would look as if it were on its way. */
const isNext = async ({ access }: SendDeps, { chain, from, nonce }: SignedTransfer): Promise<boolean> => {
  const counted = await access
    .pool(chain.id)
    .use((provider) => provider.call('eth_getTransactionCount', [from, 'pending']))
    .catch(unreachable(chain));
  return typeof counted === 'string' && nonce <= BigInt(counted);
};

/** The payment is on its way whatever happens here: a status that changed in the meantime stays. */
const recordMethod = async (
  { orm }: SendDeps,
  intentId: IntentId,
  { txHash, chain, token: { coin } }: SignedTransfer,
): Promise<void> => {
  const em = orm.em.fork();
  await announceTransaction(em, intentId, txHash, PaymentMethod.ALL_SCALE_PAY);
  const { status } = await em.findOneOrFail(CheckoutIntent, intentId, { fields: ['status'] });
  const to = IntentStatus.TEMP_WALLET_RECEIVED;
  const move = canPageTransition(status, to) ? { to, data: { coin, chain_id: chain.id } } : {};
  try {
    await changeIntent(orm.em.fork(), {
      intentId,
      actor: 'page',
      paymentMethodType: PaymentMethod.ALL_SCALE_PAY,
      ...move,
    });
  } catch (error) {
    if (!(error instanceof TransitionError)) throw error;
  }
};
