// The rows of the checkout's network list for an account wallet: what can be paid first, by lowest fee, then the rest with its reason.
import { isRpcError } from '#chain/rpc-errors.ts';
import { ChainCursor } from '#db/entities/chain.entity.ts';
import type { CheckoutIntent } from '#db/entities/intent.entity.ts';
import type { Em } from '#db/orm.ts';
import type { Address } from '#domain/address.ts';
import { type Chain, isPrimaryToken } from '#domain/chains.ts';
import { confirmationNeed } from '#domain/confirmations.ts';
import { formatDecimal, type Units, weiOf } from '#domain/money.ts';
import { shortNative, usdCents } from '#domain/native-prices.ts';
import { quoteTransfers, type TransferQuote, type WantedTransfer } from '#web/chains/wallet-balances.ts';
import { NO_CHOICE } from '#web/checkout/parts/choice-of.ts';
import { offerFor } from '#web/checkout/server/network-options.ts';
import type { PayOption } from './account-types.ts';
import { acceptsToken, type PayableIntent, payableIntent, transferDue } from './payable-intent.ts';
import type { SendDeps } from './send-transfer.ts';
import { feeEstimate, shortfall } from './transfer-review.ts';

interface Row {
  option: PayOption;
  feeWei: bigint;
  /** US cents: a shopper would notice no smaller step. */
  feeCents: bigint;
}

/** One JSON-RPC request a chain. Throws UserError `not_payable`. */
export const payOptions = async (deps: SendDeps, intentId: string, wallet: Address): Promise<PayOption[]> => {
  const em = deps.orm.em.fork();
  const payable = await payableIntent(deps, em, intentId, wallet);
  const chains = deps.access.chains.filter(({ id }) => payable.intent.acceptedChainIds.includes(id));
  const troubled = await troubledChains(em, payable.intent, chains);
  /** Of two fees that look the same, the coin of the price comes first. */
  const ofPrice = ({ coin }: PayOption): number => (coin === payable.intent.stableCoin ? 1 : 0);
  const rows = await Promise.all(
    chains.map((chain) => chainRows(deps, payable, chain, wallet, troubled.has(chain.id))),
  );
  return rows
    .flat()
    .sort(
      (a, b) =>
        rank(a.option) - rank(b.option) ||
        compare(a.feeCents, b.feeCents) ||
        ofPrice(b.option) - ofPrice(a.option) ||
        compare(a.feeWei, b.feeWei) ||
        a.option.coin - b.option.coin,
    )
    .map(({ option }) => option);
};

const chainRows = async (
  { access }: SendDeps,
  payable: PayableIntent,
  chain: Chain,
  wallet: Address,
  troubled: boolean,
): Promise<Row[]> => {
  const tokens = chain.tokens.filter((token) => acceptsToken(payable.intent, chain, token));
  const wanted = tokens.map((token) => transferDue(payable, chain, token));
  const quotes = await quoteTransfers(access, chain, wallet, wanted).catch((error: unknown) => {
    if (isRpcError(error)) return [];
    throw error;
  });
  return wanted.flatMap((transfer, index): Row[] => {
    const quote = quotes[index];
    // A shopper who has none of USDT0 needs no row of it.
    if (!isPrimaryToken(chain, transfer.token) && !quote?.balance) return [];
    const feeWei = quote?.feeWei ?? weiOf(0n);
    return [{ option: optionOf(payable, chain, transfer, quote, troubled), feeWei, feeCents: usdCents(chain, feeWei) }];
  });
};

const troubledChains = async (em: Em, intent: CheckoutIntent, chains: readonly Chain[]): Promise<Set<number>> => {
  const cursors = await em.find(ChainCursor, { chainId: { $in: chains.map(({ id }) => id) } });
  const networks = intent.acceptedStableCoins.flatMap(
    (coin) => offerFor([coin], chains, cursors, NO_CHOICE, Date.now())?.networks ?? [],
  );
  return new Set(networks.filter(({ trouble }) => trouble).map(({ chainId }) => chainId));
};

const optionOf = (
  { dueUnits }: PayableIntent,
  chain: Chain,
  wanted: WantedTransfer,
  quote: TransferQuote | undefined,
  troubled: boolean,
): PayOption => {
  const { coin, address: token, name: symbol, decimals } = wanted.token;
  const short = quote
    ? shortfall(chain, wanted, quote)
    : { obstacle: 'unreachable' as const, reason: `${chain.name} is not responding` };
  const trouble = troubled
    ? { obstacle: 'trouble' as const, reason: `${chain.name} is slow to show payments just now` }
    : null;
  const problem = short ?? trouble;
  return {
    chainId: chain.id,
    network: chain.name,
    mark: chain.mark,
    ...{ coin, token, symbol },
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

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
