// No role may administer other people's accounts. better-auth's own administration needs no fresh log-in and writes no audit entry, so
// it is closed to everybody. Rights over stores and orders are checked where those are read; operators are created by command
// (operators.ts).
import { createAccessControl } from 'better-auth/plugins/access';
import { defaultStatements } from 'better-auth/plugins/admin/access';

export type AccountRole = 'shopper' | 'merchant' | 'operator';

export const isOperator = (user: object): boolean => 'role' in user && user.role === ('operator' satisfies AccountRole);

export const accessControl = createAccessControl(defaultStatements);

export const roles = {
  shopper: accessControl.newRole({ user: [], session: [] }),
  merchant: accessControl.newRole({ user: [], session: [] }),
  operator: accessControl.newRole({ user: [], session: [] }),
} as const satisfies Record<AccountRole, unknown>;
