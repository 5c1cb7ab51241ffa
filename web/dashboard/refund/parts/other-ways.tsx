// A recorded transfer, to be sent without a wallet in this browser: as a code to scan, as call data, or as a file for a Safe.
import { useEffect, useState } from 'react';
import { safeBatchFile } from '#domain/safe-batch.ts';
import type { QrCode } from '#web/checkout/server/view-types.ts';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { QrImage } from '#web/ui/qr-image.tsx';
import { Summary } from '#web/ui/summary.tsx';
import type { OrderToSend } from '../server/refund-types.ts';

export function OtherWays({ order }: { order: OrderToSend }) {
  const { transaction, chainId, paymentUri, network } = order;
  const code = useQrCode(paymentUri);
  const [file, setFile] = useState<string | null>(null);
  useEffect(() => {
    const text = safeBatchFile(chainId, transaction.from, `Refund ${order.id}`, [transaction], Date.now());
    const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    setFile(url);
    return () => URL.revokeObjectURL(url);
  }, [chainId, transaction, order.id]);
  return (
    <details className="min-w-0">
      <Summary>Send it another way: QR code, call data, Safe</Summary>
      <div className="mt-3 grid gap-4">
        <p className="text-sm text-ink-2 wrap-anywhere">
          The transaction must come from {transaction.from} on {network.chainName}. This page finds it on the network by
          itself.
        </p>
        {code && paymentUri ? (
          <div className="grid max-w-56 gap-2">
            <QrImage qr={code} label="QR code of the transfer" />
            <CopyButton value={paymentUri} label="Copy the payment link" />
          </div>
        ) : null}
        <Facts
          rows={[
            {
              label: 'To',
              value: (
                <>
                  <span className="font-mono text-xs wrap-anywhere">{transaction.to}</span>{' '}
                  <CopyButton value={transaction.to} label="Copy the contract’s address" />
                </>
              ),
            },
            {
              label: 'Call data',
              value: (
                <>
                  <span className="font-mono text-xs wrap-anywhere">{transaction.data}</span>{' '}
                  <CopyButton value={transaction.data} label="Copy the call data" />
                </>
              ),
            },
          ]}
        />
        {paymentUri && file ? (
          <p className="text-sm">
            <a className="text-brand underline" href={file} download={`refund-${order.id}.safe.json`}>
              Download the file for Safe’s Transaction Builder
            </a>
          </p>
        ) : null}
      </div>
    </details>
  );
}

const useQrCode = (text: string | null): QrCode | null => {
  const [code, setCode] = useState<QrCode | null>(null);
  useEffect(() => {
    let unmounted = false;
    if (text)
      void import('#web/ui/qr-code.ts').then(({ qrCode }) => {
        if (!unmounted) setCode(qrCode(text));
      });
    return () => {
      unmounted = true;
    };
  }, [text]);
  return code;
};
