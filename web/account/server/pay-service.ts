// AllScale Pay on the checkout: which networks and coins a wallet can pay an intent with, the unsigned transfer to review, and
// the sending of what the shopper signed. The server never holds a key; see web/app/wallet/ for the browser's half:
//   options() → the shopper picks a row → buildTransfer() → review → signTransfer() in the browser → broadcast().
import { isRpcError } from '#chain/rpc-errors.ts';
import { listIntentWalletTxs } from '#db/accounts/account-wallets.ts';
import { ChainCursor, TokenTransfer } from '#db/entities/chain.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { announceTransaction } from '#db/intents/announced-transactions.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import type { Em } from '#db/orm.ts';
import type { Address, Hex } from '#domain/address.ts';
import { type Chain, coinsOf, tokenOf } from '#domain/chains.ts';
import { type CoinId, coinSymbol } from '#domain/coins.ts';
import { confirmationNeed } from '#domain/confirmations.ts';
import { TransitionError, UserError } from '#domain/errors.ts';
import { type IntentId, isIntentId } from '#domain/ids.ts';
import { formatDecimal, fromBaseUnits, toBaseUnitsCeil, type Units } from '#domain/money.ts';
import { misfitOf } from '#domain/payment-rules.ts';
import type { Screening } from '#domain/screening.ts';
import { canPageTransition, IntentStatus, isAwaitingPayment, PaymentMethod } from '#domain/status.ts';
import { shortNative } from '#web/chains/native-prices.ts';
import { quoteTransfers, type TransferQuote, type WantedTransfer } from '#web/chains/wallet-balances.ts';
import { offerFor } from '#web/checkout/server/network-options.ts';
import { screenPayer } from '#web/checkout/server/payer-service.ts';
import type { PayOption, ReviewedTransfer } from './account-types.ts';
import { refreshSent, type SendDeps, sendTransfer } from './send-transfer.ts';
import { readSignedTransfer } from './signed-transfer.ts';
import { feeEstimate, reviewedTransfer, shortfall } from './transfer-review.ts';

export interface PayService {
  /**
   * Rows for every accepted chain and coin: what can be paid first, by lowest fee, then the rest with its reason. One JSON-RPC
   * request a chain. Throws UserError `not_payable`.
   */
  options(intentId: string, wallet: Address): Promise<PayOption[]>;
  /** The transfer to show and sign. Throws UserError `not_payable`, `already_sent`, `not_enough`, `unknown_chain`, `unreachable`. */
  buildTransfer(intentId: string, wallet: Address, chainId: number, coin: CoinId): Promise<ReviewedTransfer>;
  /**
   * Sends a signed transfer when it is exactly the one that `buildTransfer` gives for this intent now: signer, token, recipient,
   * amount and chain. Records payment method 3. Throws UserError: `bad_transaction`, `wrong_signer`, `not_payable`,
   * `already_sent`, `changed` (review again), `denied` and `screening_away` (screening), `not_sent`, `maybe_sent`.
   */
  broadcast(intentId: string, payer: { userId: string }, rawTx: string): Promise<{ txHash: Hex }>;
}

/** An intent that can be paid now, and what is still to be sent. */
interface Payable {
  intent: CheckoutIntent;
  /** Ledger units: the price less what arrived and what is on the way from wallets of ours. */
  dueUnits: Units;
}

export interface PayDeps extends SendDeps {
  screening: Screening;
}

export const createPayService = (deps: PayDeps): PayService => {
  const { orm, access } = deps;

  const acceptedChains = (intent: CheckoutIntent): Chain[] =>
    access.chains.filter(({ id }) => intent.acceptedChainIds.includes(id));

  const wantedOn = ({ intent, dueUnits }: Payable, chain: Chain, coin: CoinId): WantedTransfer => {
    const token = tokenOf(chain, coin);
    if (!token || !intent.acceptedStableCoins.includes(coin) || !intent.acceptedChainIds.includes(chain.id)) {
      throw new UserError('not_payable', 'This checkout does not take this coin on this network');
    }
    return { coin, recipient: intent.depositAddress, amountBaseUnits: toBaseUnitsCeil(dueUnits, token.decimals) };
  };

  return {
    async options(intentId, wallet) {
      const em = orm.em.fork();
      const payable = await payableIntent(deps, em, intentId);
      const chains = acceptedChains(payable.intent);
      const troubled = await troubledChains(em, payable.intent, chains);
      const rows = await Promise.all(
        chains.map(async (chain) => {
          const coins = coinsOf(chain).filter((coin) => payable.intent.acceptedStableCoins.includes(coin));
          const wanted = coins.map((coin) => wantedOn(payable, chain, coin));
          const quotes = await quoteTransfers(access, chain, wallet, wanted).catch((error: unknown) => {
            if (isRpcError(error)) return [];
            throw error;
          });
          return wanted.map((transfer, index) => ({
            option: optionOf(payable, chain, transfer, quotes[index], troubled.has(chain.id)),
            feeUsdOrder: quotes[index]?.feeWei ?? 0n,
          }));
        }),
      );
      return rows
        .flat()
        .sort((a, b) => rank(a.option) - rank(b.option) || compareFees(a, b) || a.option.coin - b.option.coin)
        .map(({ option }) => option);
    },

    async buildTransfer(intentId, wallet, chainId, coin) {
      const payable = await payableIntent(deps, orm.em.fork(), intentId);
      const chain = access.chain(chainId);
      const wanted = wantedOn(payable, chain, coin);
      const [quote] = await quoteTransfers(access, chain, wallet, [wanted]).catch((cause: unknown) => {
        throw isRpcError(cause) ? new UserError('unreachable', `${chain.name} does not answer`, { cause }) : cause;
      });
      if (!quote) throw new RangeError('one transfer has one quote');
      return reviewedTransfer(chain, wallet, wanted, quote);
    },

    async broadcast(intentId, payer, rawTx) {
      const signed = readSignedTransfer(access, rawTx);
      if (!isIntentId(intentId)) throw notPayable();
      const screened = await screenPayer(deps, intentId, signed.from).catch((cause: unknown) => {
        throw new UserError('screening_away', 'The wallet could not be checked just now. Nothing was sent', { cause });
      });
      if (screened.kind === 'denied') throw new UserError('denied', screened.message);
      const record = () => recordMethod(deps, intentId, signed.txHash, signed.chain.id, signed.coin);
      const guard = async (em: Em): Promise<void> => {
        const payable = await payableIntent(deps, em, intentId);
        const wanted = wantedOn(payable, signed.chain, signed.coin);
        if (signed.recipient !== wanted.recipient || signed.amountBaseUnits !== wanted.amountBaseUnits) {
          throw new UserError(
            'changed',
            'What is due has changed since you reviewed it. Nothing was sent: review it again',
          );
        }
      };
      try {
        const result = await sendTransfer(deps, payer.userId, intentId, signed, guard);
        await record();
        return result;
      } catch (error) {
        // It may be on its way: then it is a payment by AllScale Pay, and other tabs must know of it.
        if (error instanceof UserError && error.code === 'maybe_sent') await record();
        throw error;
      }
    },
  };
};

const notPayable = (): UserError => new UserError('not_payable', 'This checkout does not take a payment any more');

/** Throws UserError `not_payable`, or `already_sent` when everything that is due is on its way. */
const payableIntent = async (deps: SendDeps, em: Em, intentId: string): Promise<Payable> => {
  if (!isIntentId(intentId)) throw notPayable();
  const intent = await em.findOne(CheckoutIntent, intentId, { refresh: true });
  if (!intent || !isAwaitingPayment(intent.status) || intent.expiresAt.getTime() <= Date.now()) throw notPayable();
  const transfers = await em.find(TokenTransfer, { intent, state: { $ne: 'orphaned' } });
  const rules = {
    expiresAt: intent.expiresAt.getTime(),
    acceptedCoins: intent.acceptedStableCoins,
    acceptedChainIds: intent.acceptedChainIds,
  };
  const arrived = transfers
    .filter(({ chainId, coin, blockTime }) => !misfitOf(rules, { chainId, coin, blockTime: blockTime.getTime() }))
    .reduce((sum, { amountUnits }) => sum + amountUnits, 0n);
  const dueUnits = intent.amountUnits - arrived - (await onTheWay(deps, intentId, transfers));
  if (dueUnits > 0n) return { intent, dueUnits };
  throw new UserError('already_sent', 'The payment is on its way. Nothing more is needed');
};

/** Units that wallets of ours have sent and the ledger has not seen: a second tab must not send them again. */
const onTheWay = async (deps: SendDeps, intentId: IntentId, seen: readonly TokenTransfer[]): Promise<Units> => {
  const sent = await listIntentWalletTxs(deps.orm.em, intentId);
  const unseen = sent.filter(({ txHash }) => !seen.some((transfer) => transfer.txHash === txHash));
  await refreshSent(deps, unseen);
  return unseen
    .filter(({ state }) => state !== 'failed')
    .reduce((sum, { chainId, coin, amountBaseUnits }) => {
      const token = tokenOf(deps.access.chain(chainId), coin);
      return token ? sum + fromBaseUnits(amountBaseUnits, token.decimals) : sum;
    }, 0n);
};

const troubledChains = async (em: Em, intent: CheckoutIntent, chains: readonly Chain[]): Promise<Set<number>> => {
  const cursors = await em.find(ChainCursor, { chainId: { $in: chains.map(({ id }) => id) } });
  const choice = { coin: null, network: null, qrHasAmount: false };
  const networks = intent.acceptedStableCoins.flatMap(
    (coin) => offerFor([coin], chains, cursors, choice, Date.now())?.networks ?? [],
  );
  return new Set(networks.filter(({ trouble }) => trouble).map(({ chainId }) => chainId));
};

const optionOf = (
  { dueUnits }: Payable,
  chain: Chain,
  wanted: WantedTransfer,
  quote: TransferQuote | undefined,
  troubled: boolean,
): PayOption => {
  const decimals = tokenOf(chain, wanted.coin)?.decimals ?? 0;
  const short = quote
    ? shortfall(chain, wanted, quote)
    : { obstacle: 'unreachable' as const, reason: `${chain.name} does not answer just now` };
  const trouble = troubled
    ? { obstacle: 'trouble' as const, reason: `${chain.name} is slow to show payments just now` }
    : null;
  const problem = short ?? trouble;
  return {
    chainId: chain.id,
    network: chain.name,
    mark: chain.mark,
    coin: wanted.coin,
    symbol: coinSymbol(wanted.coin),
    balance: quote ? formatDecimal(quote.balance, decimals, 2) : null,
    due: formatDecimal(wanted.amountBaseUnits, decimals, 4),
    enough: problem === null,
    obstacle: problem?.obstacle ?? null,
    reason: problem?.reason ?? null,
    fee: quote ? feeEstimate(chain, quote.feeWei) : null,
    gasNeeded: quote ? shortNative(quote.neededWei) : null,
    local: chain.local,
    secondsToConfirm: secondsToConfirm(chain, dueUnits),
  };
};

const secondsToConfirm = (chain: Chain, units: Units): number | null => {
  const [rule] = confirmationNeed(chain.confirmation, units, null);
  return rule?.kind === 'depth' ? Math.max(1, Math.round(rule.blocks * chain.blockSeconds)) : null;
};

/** What can be paid, then what can be paid but is seen late, then what only lacks gas, then the rest. */
const rank = ({ obstacle }: PayOption): number =>
  obstacle === null ? 0 : obstacle === 'trouble' ? 1 : obstacle === 'gas' ? 2 : 3;

interface Row {
  option: PayOption;
  feeUsdOrder: bigint;
}

/** Lowest fee first: in dollars where both are known, else in the native coin. */
const compareFees = (a: Row, b: Row): number => {
  const [x, y] = [a.option.fee?.usd, b.option.fee?.usd];
  if (x && y && x !== y) return Number(x) - Number(y);
  return a.feeUsdOrder < b.feeUsdOrder ? -1 : a.feeUsdOrder > b.feeUsdOrder ? 1 : 0;
};

/** The payment is on its way whatever happens here: a status that moved meanwhile stands. */
const recordMethod = async (
  { orm }: SendDeps,
  intentId: IntentId,
  txHash: Hex,
  chainId: number,
  coin: CoinId,
): Promise<void> => {
  const em = orm.em.fork();
  await announceTransaction(em, intentId, txHash, PaymentMethod.ALL_SCALE_PAY);
  const { status } = await em.findOneOrFail(CheckoutIntent, intentId, { fields: ['status'] });
  const to = IntentStatus.TEMP_WALLET_RECEIVED;
  const move = canPageTransition(status, to) ? { to, data: { coin, chain_id: chainId } } : {};
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
