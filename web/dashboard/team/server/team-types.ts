// What the team page shows.
import type { MemberRole } from '#web/access/store-access-types.ts';

export type { InvitationView } from '#db/merchants/invitations.ts';

export interface TeamMember {
  userId: string;
  email: string;
  role: MemberRole;
  /** ISO-8601. */
  joinedAt: string;
  /** What became of an e-mail to the address: no mailbox took it, or the person called it spam. Null: nothing bad is known. */
  unreached: 'bounced' | 'complained' | null;
}

export interface TeamInvitation {
  id: string;
  email: string;
  role: MemberRole;
  invitedBy: string;
  /** ISO-8601. */
  expiresAt: string;
}

export interface TeamView {
  members: TeamMember[];
  invitations: TeamInvitation[];
}
