// Withdrawals from a wallet to any address: the server builds and sends, the browser signs.
import { type Address, type Hex, parseAddress, typedAddress } from '#domain/address.ts';
import { tokenAt } from '#domain/chains.ts';
import { UserError } from '#domain/errors.ts';
import { baseUnitsOf } from '#domain/money.ts';
import type { AddressCheck } from '#domain/payable-address.ts';
import { isUnclear, readTypedDecimal } from '#domain/typed-amount.ts';
import { quoteTransfers } from '#web/chains/wallet-balances.ts';
import type { ReviewedTransfer } from './account-types.ts';
import { type SendDeps, sendTransfer, unreachable } from './send-transfer.ts';
import { readSignedTransfer } from './signed-transfer.ts';
import { reviewedTransfer } from './transfer-review.ts';

/** As submitted by the form. */
export interface WithdrawalRequest {
  chainId: number;
  token: string;
  to: string;
  amount: string;
}

export interface WithdrawService {
  /**
   * Throws UserError for the form: those of `typedAddress` and of the address check, `own_address`, `bad_amount`, `unclear_amount`, `not_enough`,
   * `no_token`, `unknown_chain`, `unreachable`.
   */
  build(from: Address, request: WithdrawalRequest): Promise<ReviewedTransfer>;
  /** Sends the signed transfer. Throws UserError `bad_transaction`, `wrong_signer`, `not_sent`, `maybe_sent`. */
  broadcast(userId: string, rawTx: string): Promise<{ txHash: Hex }>;
}

export const createWithdrawService = (deps: SendDeps & { checkAddress: AddressCheck }): WithdrawService => ({
  async build(from, { chainId, token: contract, to, amount }) {
    const chain = deps.access.chain(chainId);
    const known = parseAddress(contract);
    const token = known && tokenAt(chain, known);
    if (!token) throw new UserError('no_token', `${chain.name} does not have this coin`);
    const address = typedAddress(to);
    if (address === from) throw new UserError('own_address', 'This is your own address');
    const recipient = await deps.checkAddress(address, { chainId });
    const typed = readTypedDecimal(amount, token.decimals);
    if (isUnclear(typed)) {
      throw new UserError('unclear_amount', 'The amount can be read in two ways, such as 1,000 or 1.000');
    }
    const amountBaseUnits = 'value' in typed ? baseUnitsOf(typed.value) : null;
    if (!amountBaseUnits) {
      const decimals = String(token.decimals);
      throw new UserError('bad_amount', `The amount must be above zero, with at most ${decimals} decimal places`, {
        values: { decimals },
      });
    }
    const wanted = { token, recipient, amountBaseUnits };
    const [quote] = await quoteTransfers(deps.access, chain, from, [wanted]).catch(unreachable(chain));
    if (!quote) throw new RangeError('one transfer has one quote');
    return reviewedTransfer(chain, wanted, quote);
  },

  async broadcast(userId, rawTx) {
    const signed = readSignedTransfer(deps.access, rawTx);
    return await sendTransfer(deps, userId, null, signed, async () => {});
  },
});
