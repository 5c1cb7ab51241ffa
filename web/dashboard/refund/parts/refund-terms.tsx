// The terms of a refund: how much, to which address, and who bears the fee.
import { type ReactNode, useId } from 'react';
import { Checkbox, Field, FieldSet } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import type { RefundOffer } from '../server/refund-types.ts';
import type { TermFields } from './refund-flow.ts';

export type AddressChoice = 'payer' | 'given' | 'other';

export interface TermsState {
  amount: string;
  choice: AddressChoice;
  to: string;
  toAgain: string;
  feeBearer: 'payer' | 'merchant';
}

export const initialTerms = (offer: RefundOffer): TermsState => ({
  amount: offer.amount,
  choice: offer.given ? 'given' : 'payer',
  to: '',
  toAgain: '',
  feeBearer: offer.feeBearer,
});

export const fieldsOf = ({ amount, choice, to, toAgain, feeBearer }: TermsState, offer: RefundOffer): TermFields => ({
  amount,
  to: choice === 'payer' ? '' : choice === 'given' ? (offer.given ?? '') : to,
  toAgain: choice === 'other' ? toAgain : '',
  feeBearer,
  requestId: offer.request?.id ?? '',
});

const Mono = ({ text }: { text: string }) => <span className="font-mono text-xs wrap-anywhere">{text}</span>;

interface RefundTermsProps {
  offer: RefundOffer;
  terms: TermsState;
  onChange(change: Partial<TermsState>): void;
}

export function RefundTermsFields({ offer, terms, onChange }: RefundTermsProps) {
  const name = useId();
  const differs = terms.toAgain !== '' && terms.to.trim() !== terms.toAgain.trim();
  const address = (choice: AddressChoice, label: string, hint: ReactNode) => (
    <Checkbox
      type="radio"
      name={`${name}-to`}
      label={label}
      hint={hint}
      checked={terms.choice === choice}
      onChange={() => onChange({ choice })}
    />
  );
  const bearer = (feeBearer: TermsState['feeBearer'], label: string, hint: string) => (
    <Checkbox
      type="radio"
      name={`${name}-fee`}
      label={label}
      hint={hint}
      checked={terms.feeBearer === feeBearer}
      onChange={() => onChange({ feeBearer })}
    />
  );
  return (
    <>
      <Field
        label={`Amount in ${offer.coin}`}
        hint={`Up to ${offer.remaining}: what is left of this payer’s money.`}
        inputMode="decimal"
        autoComplete="off"
        value={terms.amount}
        onChange={({ target }) => onChange({ amount: target.value })}
      />
      <FieldSet legend="To">
        {address('payer', 'The address that paid', <Mono text={offer.payer} />)}
        {offer.given
          ? address(
              'given',
              offer.request ? 'The requested address' : 'The address that the shopper gave',
              <Mono text={offer.given} />,
            )
          : null}
        {address('other', 'Another address', 'Typed twice. It is kept in the audit log.')}
      </FieldSet>
      {terms.choice === 'payer' ? (
        <Notice tone="warn" title="Did the shopper pay from an exchange?">
          Exchanges pay from shared wallets and do not credit what comes back to them. Ask the shopper for an address
          first.
        </Notice>
      ) : null}
      {terms.choice === 'other' ? (
        <>
          <Field
            label="Address"
            spellCheck={false}
            autoComplete="off"
            value={terms.to}
            onChange={({ target }) => onChange({ to: target.value })}
          />
          <Field
            label="Address, again"
            spellCheck={false}
            autoComplete="off"
            error={differs ? 'The two addresses differ.' : null}
            value={terms.toAgain}
            onChange={({ target }) => onChange({ toAgain: target.value })}
          />
        </>
      ) : null}
      <FieldSet legend="The platform’s fee">
        {bearer('payer', 'The payer bears it', 'The payer gets the amount less the fee.')}
        {bearer('merchant', 'I bear it', 'The payer gets the full amount, from your wallet.')}
      </FieldSet>
    </>
  );
}
