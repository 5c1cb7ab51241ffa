// What a wallet lacks to pay an intent, as transfers that fill exactly that. A wallet whose recovery phrase is not saved is offered
// nothing else: no page shows its address, and this refuses a second payment (decision 0078).
import { countOtherPayments } from '#db/accounts/account-wallets.ts';
import type { Address, Hex } from '#domain/address.ts';
import { type Chain, tokenAt } from '#domain/chains.ts';
import { paymentUri, transferCalldata } from '#domain/erc20.ts';
import { UserError } from '#domain/errors.ts';
import { type IntentId, isIntentId } from '#domain/ids.ts';
import { type BaseUnits, baseUnitsOf, formatDecimal, type Wei, weiOf } from '#domain/money.ts';
import { NATIVE_DECIMALS, shortNativeWei } from '#domain/native-prices.ts';
import { quoteTransfers } from '#web/chains/wallet-balances.ts';
import type { TopUp, WalletView } from './account-types.ts';
import { notPayable, payableIntent, transferDue } from './payable-intent.ts';
import { type SendDeps, unreachable } from './send-transfer.ts';

export interface Missing {
  chain: Chain;
  token: { address: Address; symbol: string; decimals: number };
  coinBaseUnits: BaseUnits;
  /** For the network fee, rounded up to what people can read. */
  nativeWei: Wei;
}

export interface Payer {
  userId: string;
  wallet: Pick<WalletView, 'address' | 'phraseChecked'>;
}

/**
 * What is missing of a token and of the native coin to pay the intent from the wallet. Throws UserError `phrase_first` when the phrase
 * is not saved and the wallet has paid something else; and those of a payment: `not_payable`, `already_sent`, `unreachable`.
 */
export const missingFor = async (
  deps: SendDeps,
  intentId: string,
  { userId, wallet }: Payer,
  wanted: { chainId: number; token: Address },
): Promise<Missing> => {
  if (!isIntentId(intentId)) throw notPayable();
  await requireOnlyPayment(deps, intentId, { userId, wallet });
  const em = deps.orm.em.fork();
  const payable = await payableIntent(deps, em, intentId, wallet.address);
  const chain = deps.access.chain(wanted.chainId);
  const transfer = transferDue(payable, chain, tokenAt(chain, wanted.token));
  const [quote] = await quoteTransfers(deps.access, chain, wallet.address, [transfer]).catch(unreachable(chain));
  if (!quote) throw new RangeError('one transfer has one quote');
  const { address, name: symbol, decimals } = transfer.token;
  return {
    chain,
    token: { address, symbol, decimals },
    coinBaseUnits: baseUnitsOf(atLeastZero(transfer.amountBaseUnits - quote.balance)),
    nativeWei: shortNativeWei(weiOf(atLeastZero(quote.neededWei - quote.native))),
  };
};

const requireOnlyPayment = async ({ orm }: SendDeps, intentId: IntentId, { userId, wallet }: Payer): Promise<void> => {
  if (wallet.phraseChecked || (await countOtherPayments(orm.em, userId, intentId)) === 0) return;
  throw new UserError('phrase_first', 'Save the recovery phrase before this wallet receives more money');
};

const atLeastZero = (amount: bigint): bigint => (amount > 0n ? amount : 0n);

/** The same as transfers that another wallet can send, or a person by hand. */
export const topUpOf = (
  { chain, token, coinBaseUnits, nativeWei }: Missing,
  address: Address,
): Pick<TopUp, 'address' | 'transfers'> => {
  const coin: TopUp['transfers'][number] = {
    amount: formatDecimal(coinBaseUnits, token.decimals, 4),
    symbol: token.symbol,
    uri: paymentUri(token.address, chain.id, address, coinBaseUnits),
    transaction: { to: token.address, value: '0x0', data: transferCalldata(address, coinBaseUnits) },
  };
  const gas: TopUp['transfers'][number] = {
    amount: formatDecimal(nativeWei, NATIVE_DECIMALS, 0),
    symbol: chain.nativeSymbol,
    uri: `ethereum:${address}@${chain.id}?value=${nativeWei}`,
    transaction: { to: address, value: `0x${nativeWei.toString(16)}` as Hex, data: '0x' },
  };
  return {
    address,
    transfers: [...(coinBaseUnits > 0n ? [coin] : []), ...(nativeWei > 0n ? [gas] : [])],
  };
};
