// The hash of a transaction that was just sent, with a copy button.
import { useText } from '#web/text/text.ts';
import { AddressText } from '#web/ui/address-text.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';

export function SentTransaction({ label, txHash }: { label: string; txHash: string }) {
  const t = useText();
  return (
    <div>
      <div className="flex items-center justify-between gap-2">
        <h3 className="text-sm text-ink-2">{label}</h3>
        <CopyButton value={txHash} label={t('facts.copy_tx')} />
      </div>
      <p className="text-sm" data-testid="sent-tx">
        <AddressText value={txHash} />
      </p>
    </div>
  );
}
