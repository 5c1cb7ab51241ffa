// The names of waiting changes in the dashboard and the console.
import type { WaitingChange } from '../server/changes-types.ts';

export const CHANGE_NAMES: Record<WaitingChange['change']['kind'], string> = {
  receiver: 'New receiving address',
  owner_invitation: 'Invitation of a new owner',
  owner_role: 'Role of an owner',
  webhook_secret: 'New key that signs webhooks',
};
