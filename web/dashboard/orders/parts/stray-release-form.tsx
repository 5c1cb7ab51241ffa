// Prepares the release of stray money: an address, and the order. A wallet of this page or on another device signs and sends it; or the
// typed data is signed anywhere, and with its signature there is a transaction to send. Nothing is stored.
import { Form } from '@remix-run/react';
import { Button } from '#web/ui/button.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { Field, TextArea } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Money } from '#web/ui/money.tsx';
import type { OrderStray, StrayRelease } from '../server/orders-types.ts';
import { StrayWallet, type StrayWalletAccess } from './stray-wallet.tsx';

interface StrayReleaseFormProps {
  stray: OrderStray;
  /** Where the wallet's requests go, and how the page reaches wallets. */
  wallet: StrayWalletAccess;
  /** The order in the page's URL; null for a new one. */
  release: StrayRelease | null;
  timeZone: string;
}

const errorAt = (release: StrayRelease | null, field: 'to' | 'signature'): string | null =>
  release?.problem?.field === field ? release.problem.message : null;

export function StrayReleaseForm({ stray, release, wallet, timeZone }: StrayReleaseFormProps) {
  const order = release?.order ?? null;
  return (
    <div className="grid gap-4">
      <Form method="get" className="grid gap-3">
        <input type="hidden" name="release" value={stray.id} />
        <Field
          label="Send to"
          hint="Ask the payer for an address. Exchanges do not credit returns to their own sending addresses."
          name="to"
          defaultValue={release?.typedTo ?? ''}
          error={errorAt(release, 'to')}
          autoComplete="off"
          spellCheck={false}
          required
        />
        <div>
          <Button type="submit">Prepare the order</Button>
        </div>
      </Form>
      {order && release ? (
        <>
          <p className="text-sm">
            <Money amount={order.net} unit={stray.unit} /> arrive there; the fee is{' '}
            <Money amount={order.fee} unit={stray.unit} />. The order can be sent until{' '}
            <LocalTime iso={order.until} timeZone={timeZone} />.
          </p>
          <StrayWallet key={order.nonce} {...{ release, order, wallet }} chainId={stray.chainId} />
          <h3 className="text-sm font-semibold">Or sign it elsewhere</h3>
          <TextArea
            label="1. Sign this typed data"
            hint={
              <>
                With <span className="font-mono wrap-anywhere">{release.receiver}</span>, by eth_signTypedData_v4.
              </>
            }
            rows={3}
            readOnly
            value={order.typedData}
          />
          <CopyButton value={order.typedData} label="Copy the typed data" />
          <Form method="get" className="grid gap-3">
            <input type="hidden" name="release" value={stray.id} />
            <input type="hidden" name="to" value={release.typedTo} />
            <input type="hidden" name="nonce" value={order.nonce} />
            <input type="hidden" name="deadline" value={order.deadline} />
            <Field
              label="2. The signature"
              name="signature"
              error={errorAt(release, 'signature')}
              autoComplete="off"
              spellCheck={false}
              required
            />
            <div>
              <Button type="submit">Show the transaction</Button>
            </div>
          </Form>
        </>
      ) : null}
      {release?.transaction ? (
        <>
          <TextArea
            label="3. Send this transaction"
            hint="From any account with gas on this network."
            rows={3}
            readOnly
            value={release.transaction}
          />
          <CopyButton value={release.transaction} label="Copy the transaction" />
        </>
      ) : null}
    </div>
  );
}
