// The address that the payment goes to, in the ways to pay that build the transaction themselves: the shopper can compare it with what
// the wallet shows.
import { useText } from '#web/text/text.ts';
import { AddressText } from '#web/ui/address-text.tsx';
import type { PayPhase } from '../server/view-types.ts';

export function Receiver({ state }: { state: PayPhase }) {
  const t = useText();
  return (
    <div className="rounded-lg bg-sunken px-3 py-2 text-sm" data-testid="receiver">
      <p className="text-ink-2">{t('pay.receiver')}</p>
      <p>
        <AddressText value={state.address} />
      </p>
    </div>
  );
}
