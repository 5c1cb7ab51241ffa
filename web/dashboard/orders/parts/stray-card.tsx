// Money at the order's address that is none of our coins: what it is, how it is released, and the decision. Below, the search for it.
import { Form } from '@remix-run/react';
import { useActionForm } from '#web/access/use-action-form.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { Money } from '#web/ui/money.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { Summary } from '#web/ui/summary.tsx';
import { FormNotice } from '../../frame/form-notice.tsx';
import { ReadOnlyNotice } from '../../frame/read-only-notice.tsx';
import type { OrderStray, StrayRelease } from '../server/orders-types.ts';
import { DecisionForm } from './decision-form.tsx';
import { StrayReleaseForm } from './stray-release-form.tsx';
import type { StrayWalletAccess } from './stray-wallet.tsx';

const hex = (value: string) => <span className="font-mono text-xs wrap-anywhere">{value}</span>;

interface StrayCardProps {
  stray: OrderStray;
  mayAct: boolean;
  release: StrayRelease | null;
  /** Null for people who are no owners: only the receiving address can release it. */
  wallet: StrayWalletAccess | null;
  timeZone: string;
}

export function StrayCard({ stray, mayAct, release, wallet, timeZone }: StrayCardProps) {
  return (
    <Card
      title={stray.isNative ? 'The network’s own coin at this address' : 'An unknown token at this address'}
      lead="It does not pay the order, and the order’s status stays as it is."
    >
      <div className="grid gap-4">
        <p>
          <Money amount={stray.amount} unit={stray.unit} /> on {stray.network}
        </p>
        {stray.isNative ? null : (
          <Notice tone="warn">A token can carry any name. Compare the contract before you trust it.</Notice>
        )}
        <Facts
          rows={[
            ...(stray.isNative ? [] : [{ label: 'Contract', value: hex(stray.token) }]),
            ...(stray.sender ? [{ label: 'Sender', value: hex(stray.sender) }] : []),
            ...(stray.txHash
              ? [
                  {
                    label: 'Transaction',
                    value: stray.explorerUrl ? (
                      <a className="link" href={stray.explorerUrl} rel="noreferrer" target="_blank">
                        {hex(stray.txHash)}
                      </a>
                    ) : (
                      hex(stray.txHash)
                    ),
                  },
                ]
              : []),
          ]}
        />
        <p className="text-sm text-ink-2">
          Only your receiving address can move it: it signs the contract’s release of{' '}
          {stray.isNative ? 'token zero, which stands for the native coin' : 'this token'}, to any address.
        </p>
        {wallet ? (
          <details open={release !== null}>
            <Summary>Release it</Summary>
            <div className="mt-2">
              <StrayReleaseForm {...{ stray, release, wallet, timeZone }} />
            </div>
          </details>
        ) : null}
        {mayAct ? (
          <>
            <DecisionForm action="released" label="It was released" subject={stray.id}>
              Records that the money left the address. If some is still there, it is listed again when it is searched
              for.
            </DecisionForm>
            <details>
              <Summary>Leave it there</Summary>
              <div className="mt-2">
                <DecisionForm action="left" label="Close" tone="danger" subject={stray.id}>
                  The money stays at the address, and this entry is closed.
                </DecisionForm>
              </div>
            </details>
          </>
        ) : (
          <ReadOnlyNotice>A manager or an owner decides on this.</ReadOnlyNotice>
        )}
      </div>
    </Card>
  );
}

/** Payers send native coin by mistake. No log shows it, so it is searched for when somebody asks. */
export function StraySearchCard({ result }: { result: string | null }) {
  const form = useActionForm({ action: 'search' });
  return (
    <Card
      title="Money that is missing here"
      lead="Searches this order’s address for each network’s own coin, which payers send by mistake."
    >
      <Form method="post" className="grid gap-3" {...form.props}>
        <FormNotice form={form} />
        {result ? (
          <Notice tone="info" announced>
            {result}
          </Notice>
        ) : null}
        <div>
          <SubmitButton name="do" value="search" busyLabel="Searching…">
            Search the address
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
