// All that pages get for accounts and AllScale Pay, as one member of the load context.
import type { Orm } from '#db/orm.ts';
import type { Address } from '#domain/address.ts';
import type { EnabledChain } from '#domain/config.ts';
import type { AddressCheck } from '#domain/payable-address.ts';
import type { Screening } from '#domain/screening.ts';
import { createAccountRecords } from '#web/auth/account-records.ts';
import type { Auth } from '#web/auth/create-auth.ts';
import { deleteAccount } from '#web/auth/delete-account.ts';
import { createRecovery, type Recovery } from '#web/auth/recovery.ts';
import { chainAccess } from '#web/chains/chain-access.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';
import { readBalances } from '#web/chains/wallet-balances.ts';
import { type AccountSessions, createAccountSessions } from './account-sessions.ts';
import type { AccountSession, ChainBalances, HistoryEntry } from './account-types.ts';
import { type AddressProof, createAddressProof } from './address-proof.ts';
import { createEmailChange, type EmailChange } from './email-change.ts';
import { fillFromFaucet } from './faucet.ts';
import { readHistory } from './history.ts';
import { createLogInMethods, type LogInMethods } from './log-in-methods.ts';
import { createNotMe, type NotMe } from './not-me.ts';
import { createPasswordChange, type PasswordChanges } from './password-change.ts';
import { createPayService, type PayService } from './pay-service.ts';
import { createSealedKeys, type SealedKeys } from './sealed-keys.ts';
import { createStrongLogIn } from './strong-log-in.ts';
import type { Missing } from './top-up.ts';
import { createWithdrawService, type WithdrawService } from './withdraw-service.ts';

export interface AccountServices extends AccountSessions, AddressProof, LogInMethods, PasswordChanges, SealedKeys {
  balances(owner: Address): Promise<ChainBalances[]>;
  history(userId: string, owner: Address): Promise<HistoryEntry[]>;
  /** Deletes the account of this session. Throws UserError `stale`, `second_factor`, `still_member`, `still_operator`. */
  deleteAccount(session: AccountSession): Promise<void>;
  withdraw: WithdrawService;
  /** For the checkout's method "AllScale Pay". */
  pay: PayService;
  /** A new e-mail address for the account. */
  emailChange: EmailChange;
  /** "This was not me", by a mailed link. */
  notMe: NotMe;
  /** Recovery by an operator, a waiting time and a mailed link. */
  recovery: Recovery;
  /** Null outside development. Throws UserError `not_local`. */
  faucet: { fill(chainId: number, to: Address, only?: Missing): Promise<void> } | null;
}

export interface AccountServicesDeps {
  orm: Orm;
  auth: Auth;
  chains: readonly EnabledChain[];
  pools: ChainPools;
  screening: Screening;
  publicUrl: string;
  development: boolean;
  /** Development only: one factor is enough for the console and for roles that can change where money goes. */
  passwordAlone: boolean;
  checkAddress: AddressCheck;
}

export const createAccountServices = (deps: AccountServicesDeps): AccountServices => {
  const { orm, auth, chains, pools, screening, publicUrl, development, passwordAlone } = deps;
  const access = chainAccess(chains, pools);
  const publicOrigin = new URL(publicUrl).origin;
  const sessions = createAccountSessions({ auth, records: createAccountRecords(orm), publicOrigin, passwordAlone });
  const sealedKeys = createSealedKeys(orm, auth, publicOrigin);
  const strong = createStrongLogIn(orm, auth);
  const changes = { orm, auth, publicUrl, callAuth: sessions.callAuth, sealedKeys };
  return {
    ...sessions,
    ...createAddressProof(orm, auth),
    ...createLogInMethods(orm, auth),
    ...sealedKeys,
    ...createPasswordChange(changes),
    emailChange: createEmailChange(changes),
    notMe: createNotMe(orm, auth),
    recovery: createRecovery(orm, auth, publicUrl),
    balances: (owner) => readBalances(access, owner),
    history: (userId, owner) => readHistory({ orm, access }, userId, owner),
    withdraw: createWithdrawService({ orm, access, checkAddress: deps.checkAddress }),
    async deleteAccount(session) {
      const { userId, email } = session;
      await strong.require(session);
      await deleteAccount(auth, orm.em, userId, { kind: 'account', id: userId, email });
    },
    pay: createPayService({ orm, access, screening }),
    faucet: development ? { fill: (chainId, to, only) => fillFromFaucet(access, chainId, to, only) } : null,
  };
};
