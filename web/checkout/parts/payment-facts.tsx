// The facts of a transfer: the shopper's proof, and what support needs.
import { ExternalLink } from 'lucide-react';
import { useText } from '#web/text/text.ts';
import { AddressText } from '#web/ui/address-text.tsx';
import { Amount } from '#web/ui/amount.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { Fact, FactList } from '#web/ui/facts.tsx';
import { Moment } from '#web/ui/moment.tsx';
import type { SeenTransfer } from '../server/view-types.ts';

/** The transfers that paid. A single one does not repeat amount and network. */
export function PaymentTransfers({ transfers }: { transfers: readonly SeenTransfer[] }) {
  const t = useText();
  const total = transfers.length;
  return transfers.map((transfer, index) =>
    total === 1 ? (
      <TransferFacts key={transfer.key} transfer={transfer} only />
    ) : (
      <TransferFacts key={transfer.key} transfer={transfer} title={t('paid.part', { n: index + 1, total })} />
    ),
  );
}

interface TransferFactsProps {
  transfer: SeenTransfer;
  title?: string;
  /** The only transfer: amount and network are shown above. */
  only?: boolean;
}

export function TransferFacts({ transfer, title, only = false }: TransferFactsProps) {
  const t = useText();
  return (
    <section className="border-t border-line">
      {title ? <h2 className="pt-4 text-sm font-semibold">{title}</h2> : null}
      <FactList border="none">
        {only ? null : (
          <>
            <Fact label={t('facts.amount')}>
              <Amount of={transfer.amount} /> {transfer.coin}
            </Fact>
            <Fact label={t('facts.network')}>{transfer.network}</Fact>
          </>
        )}
        <Fact label={t('facts.tx')}>
          <span data-testid="tx-hash">
            <AddressText value={transfer.txHash} className="text-sm" />
          </span>
          <span className="mt-1.5 flex flex-wrap items-center gap-3">
            <CopyButton value={transfer.txHash} label={t('facts.copy_tx')} />
            {transfer.explorerUrl ? (
              <a
                className="link no-print inline-flex min-h-11 items-center gap-1 text-sm"
                href={transfer.explorerUrl}
                target="_blank"
                rel="noreferrer"
              >
                {t('facts.explorer')}
                <ExternalLink size={14} aria-hidden />
              </a>
            ) : null}
          </span>
        </Fact>
        <Fact label={t('facts.from')}>
          <AddressText value={transfer.from} className="text-sm" />
        </Fact>
        {transfer.to ? (
          <Fact label={t('facts.to')}>
            <AddressText value={transfer.to} className="text-sm" />
          </Fact>
        ) : null}
        <Fact label={t('facts.block_time')}>
          <Moment iso={transfer.blockTime} />
        </Fact>
      </FactList>
    </section>
  );
}
