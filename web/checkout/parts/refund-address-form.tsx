// Where a refund should go: payments from an exchange come from an address of the exchange, which does not credit returns. With
// JavaScript the result is shown in place; without, on a page of its own with the same form.
import { useFetcher } from '@remix-run/react';
import { readableAmounts } from '#domain/readable-amount.ts';
import { useLanguage } from '#web/text/page-texts.ts';
import { useText } from '#web/text/text.ts';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useOwnErrors } from '#web/ui/use-own-errors.ts';
import type { RefundAddressOutcome } from '../server/refund-address-service.ts';
import type { CheckoutSummary, RefundableTransfer } from '../server/view-types.ts';
import { type RefundAddressReply, typedValue } from './form-reply.ts';

interface RefundAddressFormProps {
  summary: CheckoutSummary;
  refundable: readonly RefundableTransfer[];
  /** The action's, when the page was rendered after a submission. */
  reply?: RefundAddressReply | undefined;
}

const RESULT = 'refund-address-result';
const INPUT = 'min-h-11 w-full rounded-lg border border-control bg-surface px-3 font-mono text-sm';

const FIELDS: readonly { name: 'address' | 'repeated'; label: 'refundAddress.label' | 'refundAddress.repeat' }[] = [
  { name: 'address', label: 'refundAddress.label' },
  { name: 'repeated', label: 'refundAddress.repeat' },
];

/** Outcomes that say nothing about the address. */
const OF_THE_REST: readonly (RefundAddressOutcome | undefined)[] = [
  ...([undefined, 'saved', 'known', 'noTransfer', 'tooOften', 'unreachable', 'different', 'elsewhere'] as const),
];

/** The rejected field, for assistive technology. */
const isInvalid = (name: string, outcome: RefundAddressOutcome | undefined): boolean =>
  name === 'repeated' ? outcome === 'different' : !OF_THE_REST.includes(outcome);

export function RefundAddressForm({ summary, refundable, reply }: RefundAddressFormProps) {
  const t = useText();
  const fetcher = useFetcher<RefundAddressReply>();
  const busy = fetcher.state === 'submitting';
  const shown = fetcher.data ?? reply;
  const outcome = shown?.outcome;
  const own = useOwnErrors();
  const store = summary.store.name;
  const open = refundable.filter(({ address }) => address === null);
  return (
    <div className="grid gap-3">
      {refundable.flatMap(({ txHash, amount, network, address }) =>
        address === null ? (
          []
        ) : (
          <p key={txHash} className="text-sm wrap-anywhere">
            {t('refundAddress.given', { amount, network, address, store })}
          </p>
        ),
      )}
      {open.length > 0 ? (
        <fetcher.Form method="post" action={`/checkout/${summary.id}/refund-address`} className="grid gap-2">
          <p className="text-sm text-ink-2">{t('refundAddress.lead', { store })}</p>
          <TransferChoice open={open} />
          {FIELDS.map(({ name, label }) => (
            <label key={name} className="grid gap-1 text-sm font-semibold">
              {t(label)}
              <input
                name={name}
                {...own.handlers}
                defaultValue={typedValue(reply?.result, name)}
                aria-describedby={RESULT}
                aria-invalid={isInvalid(name, outcome)}
                required
                maxLength={64}
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
                className={INPUT}
              />
            </label>
          ))}
          <TaskButton type="submit" className="button" busy={busy}>
            {t('refundAddress.save')}
          </TaskButton>
        </fetcher.Form>
      ) : null}
      <p id={RESULT} role="status" className={`text-sm ${!own.error && outcome === 'saved' ? 'text-ok' : 'text-bad'}`}>
        {own.error ??
          (outcome ? t(outcome === 'elsewhere' ? 'elsewhere.act' : `refundAddress.${outcome}`, { store }) : null)}
      </p>
    </div>
  );
}

/** Which transfer the address is for. A single one needs no choice. */
function TransferChoice({ open }: { open: readonly RefundableTransfer[] }) {
  const t = useText();
  const language = useLanguage();
  const [only] = open;
  if (only && open.length === 1) return <input type="hidden" name="hash" value={only.txHash} />;
  return (
    <label className="grid gap-1 text-sm font-semibold">
      {t('refundAddress.transfer')}
      <select name="hash" className={INPUT} required>
        {open.map(({ txHash, amount, network }) => (
          <option key={txHash} value={txHash}>
            {`${readableAmounts(language, amount)}, ${network}, ${txHash.slice(0, 10)}…${txHash.slice(-6)}`}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Collapsed on the checkout itself. */
export function RefundAddressOffer({ summary, refundable }: Pick<RefundAddressFormProps, 'summary' | 'refundable'>) {
  const t = useText();
  return (
    <details className="no-print mt-3 border-t border-line pt-2" data-testid="refund-address">
      <summary className="link flex min-h-11 cursor-pointer items-center text-sm">{t('refundAddress.title')}</summary>
      <div className="pt-2">
        <RefundAddressForm {...{ summary, refundable }} />
      </div>
    </details>
  );
}
