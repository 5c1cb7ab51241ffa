// Who may do what with accounts. Merchants' and operators' rights over stores and orders are checked where those are read;
// this table is about other people's accounts only, and nobody may impersonate: a shopper's key could not be used anyway.
import { createAccessControl } from 'better-auth/plugins/access';
import { defaultStatements } from 'better-auth/plugins/admin/access';

export type AccountRole = 'shopper' | 'merchant' | 'operator';

export const accessControl = createAccessControl(defaultStatements);

export const roles = {
  shopper: accessControl.newRole({ user: [], session: [] }),
  merchant: accessControl.newRole({ user: [], session: [] }),
  operator: accessControl.newRole({
    user: ['create', 'list', 'get', 'set-role', 'ban'],
    session: ['list', 'revoke'],
  }),
} as const satisfies Record<AccountRole, unknown>;
