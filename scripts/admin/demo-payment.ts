// The payment of `demo pay`: from the development wallet, on a local chain.
import { loadChains } from '#chain/chains-file.ts';
import { payFromDevelopmentWallet } from '#chain/local/local-transfer.ts';
import { amountDue } from '#db/intents/amount-due.ts';
import type { Em } from '#db/orm.ts';
import { type Chain, tokenOf } from '#domain/chains.ts';
import { type CoinId, coinSymbol } from '#domain/coins.ts';
import type { EnabledChain, Env } from '#domain/config.ts';
import { UserError } from '#domain/errors.ts';
import { formatDecimal, parseBaseUnits } from '#domain/money.ts';
import { findIntent } from './intent-report.ts';

export interface DemoPayment {
  /** Default: the first accepted one. */
  coin?: CoinId;
  /** A local chain's id; default: the first accepted one. */
  chain?: number;
  /** Decimal amount of coin; default: what is still due. */
  amount?: string;
}

export interface SentPayment {
  txHash: string;
  /** With four decimals. */
  amount: string;
  coin: CoinId;
  chain: Chain;
  to: string;
}

/** Sends the payment to the intent's deposit address. Throws UserError. @param env the running system's */
export const payIntent = async (em: Em, env: Env, intentId: string, payment: DemoPayment): Promise<SentPayment> => {
  const intent = await findIntent(em, intentId);
  const coin = payment.coin ?? intent.acceptedStableCoins[0];
  if (!coin) throw new UserError('no_coin', 'this intent accepts no coin');
  const { chain, rpcUrls } = localChain(env, payment.chain, intent.acceptedChainIds);
  const token = tokenOf(chain, coin);
  if (!token) throw new UserError('no_token', `${chain.name} does not have ${coinSymbol(coin)}`);
  const amountBaseUnits = payment.amount
    ? parseBaseUnits(payment.amount, token.decimals)
    : await amountDue(em, intent, token.decimals);
  if (!amountBaseUnits) {
    throw payment.amount
      ? new UserError(
          'bad_amount',
          `--amount: must be a positive amount with at most ${token.decimals} decimals, for example 1.5`,
        )
      : new UserError('nothing_due', 'nothing is due: give --amount to send more');
  }
  const to = intent.depositAddress;
  const { txHash } = await payFromDevelopmentWallet({ rpcUrl: rpcUrls[0] ?? '', chain, coin, to, amountBaseUnits });
  return { txHash, amount: formatDecimal(amountBaseUnits, token.decimals, 4), coin, chain, to };
};

/** The requested local chain, or the first one that the intent accepts. Throws UserError. */
export const localChain = (env: Env, wanted: number | undefined, accepted: readonly number[]): EnabledChain => {
  const local = loadChains(env).filter(({ chain }) => chain.local);
  const found =
    wanted === undefined
      ? local.find(({ chain }) => accepted.includes(chain.id))
      : local.find(({ chain }) => chain.id === wanted);
  if (found) return found;
  const names = local.map(({ chain }) => chain.id).join(', ') || 'none';
  throw new UserError(
    'not_local',
    wanted === undefined
      ? `this intent accepts no local chain (enabled local chains: ${names})`
      : `--chain: ${wanted} is not an enabled local chain (${names})`,
  );
};
