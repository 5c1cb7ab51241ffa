// Asks for the reason of a refund, and lets a wallet sign and send it; or records it for another way, or one that was paid elsewhere.
import { useRevalidator } from '@remix-run/react';
import { useState } from 'react';
import type { Wallet } from '#web/checkout/browser-wallet/eip1193.ts';
import { Button } from '#web/ui/button.tsx';
import { Field, TextArea } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { Summary } from '#web/ui/summary.tsx';
import type { RefundOffer } from '../server/refund-types.ts';
import { FlowStatus } from './flow-status.tsx';
import { type FlowStep, post, recordForOtherWay, refundMoney, type TermFields, targetText } from './refund-flow.ts';
import type { WalletAccess } from './refund-types.ts';
import { useFlow } from './use-flow.ts';
import { WalletChoice } from './wallet-choice.tsx';

interface RefundFormProps {
  offer: RefundOffer;
  terms: TermFields;
  chainId: number;
  /** Where the form's requests go. */
  url: string;
  access: WalletAccess;
  /** Why it cannot be refunded on these terms; null when it can. */
  problem: string | null;
}

export function RefundForm({ offer, terms, chainId, url, access, problem }: RefundFormProps) {
  const [reason, setReason] = useState(offer.request?.reason ?? '');
  const [hash, setHash] = useState('');
  const { step, stopped, reasonMissing, run } = useRun(reason, offer.request !== null);
  const begin = ({ provider: wallet }: Wallet): Promise<void> =>
    run((onStep) => refundMoney({ url, offer, reason, terms, wallet, onStep }));
  return (
    <div className="grid gap-4">
      <noscript>
        <Notice tone="warn">Refunds are signed by a wallet, which needs JavaScript.</Notice>
      </noscript>
      <TextArea
        label="Reason"
        hint="For the order’s timeline and the audit log."
        name="reason"
        rows={2}
        maxLength={1000}
        required
        value={reason}
        onChange={({ target }) => setReason(target.value)}
        error={reasonMissing && reason.trim() === '' ? 'Say why: the reason is kept with the order.' : null}
      />
      <FlowStatus {...{ step, stopped }} />
      {problem ? (
        <Notice tone="warn" title="This cannot be refunded now">
          {problem}
        </Notice>
      ) : (
        <WalletChoice
          title="Sign and send with"
          busy={step !== null}
          onChoose={(wallet) => void begin(wallet)}
          {...{ access, chainId }}
        />
      )}
      <details>
        <Summary>No wallet here: QR code, call data, Safe</Summary>
        <div className="mt-3 grid gap-3">
          <p className="text-sm text-ink-2">
            Prepares a transfer from your receiving address, with a QR code, the call data and a file for Safe. It can
            be sent within a day; until then this money cannot be refunded otherwise.
          </p>
          <div>
            <Button busy={step !== null} onClick={() => void run(() => recordForOtherWay(url, offer, reason, terms))}>
              Prepare the transfer
            </Button>
          </div>
        </div>
      </details>
      <details>
        <Summary>Already refunded elsewhere</Summary>
        <div className="mt-3 grid gap-3">
          <Field
            label="Transaction hash"
            hint={`On ${offer.network}, to the address chosen above. The amount is read from the network.`}
            spellCheck={false}
            autoComplete="off"
            value={hash}
            onChange={({ target }) => setHash(target.value)}
          />
          <div>
            <Button
              busy={step !== null}
              onClick={() =>
                void run(() => post(url, { ...terms, do: 'external', target: targetText(offer), reason, txHash: hash }))
              }
            >
              Check and record
            </Button>
          </div>
        </div>
      </details>
    </div>
  );
}

/** Runs one action at a time, when there is a reason; then reads the page again. */
const useRun = (reason: string, isRequested: boolean) => {
  const { revalidate } = useRevalidator();
  const { step, stopped, setStopped, run: runFlow } = useFlow(revalidate);
  const [reasonMissing, setReasonMissing] = useState(false);
  const run = async (action: (onStep: (step: FlowStep) => void) => Promise<unknown>): Promise<void> => {
    if (step !== null) return;
    setReasonMissing(reason.trim() === '');
    if (reason.trim() === '') {
      if (isRequested) setStopped('Say why: the reason is kept with the order.');
      return;
    }
    await runFlow((onStep) => {
      onStep('record');
      return action(onStep);
    });
  };
  return { step, stopped, reasonMissing, run };
};
