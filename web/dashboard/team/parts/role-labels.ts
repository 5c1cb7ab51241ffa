// Names of the roles, and what each allows.
import type { MemberRole } from '#web/access/store-access-types.ts';

export const ROLE_LABELS: Readonly<Record<MemberRole, { name: string; may: string }>> = {
  owner: { name: 'Owner', may: 'Owners may do everything, including the team and the receiving address.' },
  manager: {
    name: 'Manager',
    may: 'Managers run the store: orders, settings, keys and webhooks, but not the team or the receiving address.',
  },
  viewer: { name: 'Viewer', may: 'Viewers see everything and change nothing.' },
};
