// The roles of a merchant's people in words.
import type { MemberRole } from '#web/access/store-access-types.ts';

export const ROLE_LABELS: Readonly<Record<MemberRole, { name: string; may: string }>> = {
  owner: { name: 'Owner', may: 'Owners may do everything, people and the receiving address included.' },
  manager: {
    name: 'Manager',
    may: 'Managers run the store: orders, settings, keys and webhooks, but not people or the receiving address.',
  },
  viewer: { name: 'Viewer', may: 'Viewers see everything and change nothing.' },
};
