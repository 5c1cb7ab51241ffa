// The shopper's state with AllScale Pay on a checkout: logged out, without a wallet, ready with what it can pay with, or paid
// already.

import type { AccountServices } from '#web/account/server/account-services.ts';
import type { PayState } from '#web/account/server/account-types.ts';
import type { WalletOptions } from '../server/wallet-types.ts';

interface PayStateServices {
  clientAddress: string;
  spendChainRead(userId: string): Promise<void>;
  account: Pick<AccountServices, 'session' | 'wallet' | 'pay' | 'faucet'>;
  wallet: { options(id: string, clientAddress: string): Promise<WalletOptions | null> };
}

/** Null when there is no such checkout. */
export const readPayState = async (
  { account, wallet: wallets, spendChainRead, clientAddress }: PayStateServices,
  request: Request,
  intentId: string,
): Promise<PayState | null> => {
  const [offered, session] = await Promise.all([wallets.options(intentId, clientAddress), account.session(request)]);
  if (!offered) return null;
  const { sentTxHash } = offered;
  if (!session) return { kind: 'loggedOut', sentTxHash };
  const { email } = session;
  const wallet = await account.wallet(session.userId);
  if (!wallet) return { kind: 'noWallet', email, sentTxHash };
  const { phraseChecked } = wallet;
  await spendChainRead(session.userId);
  try {
    const options = await account.pay.options(intentId, wallet.address);
    return { kind: 'ready', email, wallet, options, faucet: account.faucet !== null, sentTxHash };
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'already_sent') return { kind: 'sent', email, phraseChecked, sentTxHash };
    if (code === 'not_payable') return { kind: 'notPayable', email, phraseChecked, sentTxHash };
    throw error;
  }
};
