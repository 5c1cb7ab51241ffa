// What a proposal would do, and by whom and why it was made.
import { Link } from '@remix-run/react';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { StoreName } from '#web/ui/store-name.tsx';
import type { ListedProposal } from '../server/operator-types.ts';
import { CONSOLE_ZONE } from './console-parts.tsx';
import { percentOf } from './percent.ts';

interface ProposalProps {
  proposal: ListedProposal;
}

const feeText = ({ feeBps, minFee }: { feeBps: number; minFee: string }): string =>
  `${percentOf(feeBps)}%, at least ${minFee}`;

export function ProposalText({ proposal }: ProposalProps) {
  const { details, merchantId, merchantName, store, order } = proposal;
  return (
    <p className="wrap-anywhere">
      <Link to={`/operator/merchants/${merchantId}`} className="text-brand underline">
        {merchantName}
      </Link>
      {store ? (
        <>
          , <StoreName name={store.name} isTest={store.isTest} />
        </>
      ) : null}
      :{' '}
      {details.kind === 'store_fee' ? (
        `fee from ${feeText(details.from)} to ${feeText(details.to)}`
      ) : (
        <>
          accept{' '}
          <Link to={`/operator/reviews/${details.reviewItemId}`} className="text-brand underline">
            {details.money}
          </Link>{' '}
          as the payment{order ? ` of ${order.orderId ?? order.id}` : ''}
        </>
      )}
    </p>
  );
}

export function ProposalBy({ proposal: { proposedBy, createdAt, reason } }: ProposalProps) {
  return (
    <p className="text-sm text-ink-2 wrap-anywhere">
      {proposedBy}, <LocalTime iso={createdAt} timeZone={CONSOLE_ZONE} />: {reason}
    </p>
  );
}

interface WaitingProposalsProps {
  proposals: readonly ListedProposal[];
  /** The operator's account. */
  self: string;
}

/** Proposals about what a page shows, with the way to their buttons; nothing when none waits. */
export function WaitingProposals({ proposals, self }: WaitingProposalsProps) {
  if (proposals.length === 0) return null;
  return (
    <Card title="Waits for another operator" flush>
      <ul className="divide-y divide-line border-t border-line" data-testid="waiting-proposals">
        {proposals.map((proposal) => (
          <li key={proposal.id} className="grid gap-3 px-4 py-3 sm:flex sm:items-center sm:justify-between sm:px-5">
            <span className="grid min-w-0 gap-1">
              <ProposalText proposal={proposal} />
              <ProposalBy proposal={proposal} />
              {proposal.obsolete ? <span className="text-sm">{proposal.obsolete}</span> : null}
            </span>
            <LinkButton to={`/operator/proposals#${proposal.id}`}>
              {proposal.proposedById === self || proposal.obsolete ? 'See or withdraw it' : 'Confirm or withdraw it'}
            </LinkButton>
          </li>
        ))}
      </ul>
    </Card>
  );
}
