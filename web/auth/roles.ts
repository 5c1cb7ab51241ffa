// Who may do what with other people's accounts: nobody anything. Merchants' and operators' rights over stores and orders are checked
// where those are read, and operators are made on the machine itself (operators.ts); so better-auth's own administration, which
// asks for no fresh log-in and writes no audit entry, is closed to everybody.
import { createAccessControl } from 'better-auth/plugins/access';
import { defaultStatements } from 'better-auth/plugins/admin/access';

export type AccountRole = 'shopper' | 'merchant' | 'operator';

export const accessControl = createAccessControl(defaultStatements);

export const roles = {
  shopper: accessControl.newRole({ user: [], session: [] }),
  merchant: accessControl.newRole({ user: [], session: [] }),
  operator: accessControl.newRole({ user: [], session: [] }),
} as const satisfies Record<AccountRole, unknown>;
