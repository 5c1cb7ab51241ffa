// The receiving address. Owners only. Its wallet can prove that the address is the merchant's.
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState } from 'react';
import { requireMember } from '#web/access/require-member.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { Field } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { WaitingChanges } from '../../changes/parts/waiting-changes.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { ReceiverProof, type ReceiverSignature } from '../parts/receiver-proof.tsx';
import { SettingsForm } from '../parts/settings-form.tsx';
import { readSection, saveSection } from '../parts/settings-route.ts';

export const meta = storeTitle('Receiving address');
export const loader = async (args: LoaderFunctionArgs) => {
  const visit = await requireMember(args);
  const [section, changes] = await Promise.all([
    readSection(args, 'receiver', visit),
    args.context.dashboard.changes.waiting(visit, 'receiver'),
  ]);
  return { ...section, changes, waits: new URL(args.request.url).searchParams.has('waits') };
};
export const action = (args: ActionFunctionArgs) => saveSection(args, 'receiver');

export default function ReceiverSettings() {
  const section = useLoaderData<typeof loader>();
  const { view, storeId, timeZone, waits, changes } = section;
  const { address, proof } = view.receiver;
  const [typed, setTyped] = useState<string | null>(null);
  const [signed, setSigned] = useState<ReceiverSignature | null>(null);
  const receiver = typed ?? address ?? '';
  return (
    <>
      {waits && changes.length > 0 ? (
        <Notice tone="ok" announced title="The change waits">
          It takes effect at the time below. Every owner got an e-mail and can cancel it.
        </Notice>
      ) : null}
      <WaitingChanges changes={changes} storeId={storeId} timeZone={timeZone} />
      <Card
        title="Receiving address"
        lead="Settlements pay this address on every network. Existing orders keep the address they were created with. A change waits, unless the wallet of the new address signs it or another owner confirms it."
      >
        <div className="grid gap-5">
          <p className="flex flex-wrap items-center gap-3 text-sm">
            <span className="font-mono wrap-anywhere" data-testid="receiver">
              {address ?? 'None yet: orders cannot be created.'}
            </span>
            {proof ? <Badge tone="ok">Proved by its wallet</Badge> : address ? <Badge>Not proved</Badge> : null}
            {proof ? <LocalTime iso={proof.signedAt} timeZone={timeZone} /> : null}
          </p>
          <SettingsForm
            key={JSON.stringify(view.values)}
            {...section}
            submitLabel="Save address"
            closed="Only an owner may change the receiving address."
            onInput={(form) => {
              setTyped(String(new FormData(form).get('receiver')).trim());
              setSigned(null);
            }}
          >
            {({ field, error }) => (
              <>
                <Field
                  label="Address"
                  hint="0x and 40 hex digits, with the EIP-55 checksum (upper and lower case). Use a wallet whose keys you hold, not an exchange’s address."
                  className="font-mono"
                  spellCheck={false}
                  autoComplete="off"
                  {...field('receiver')}
                />
                <input type="hidden" name="signature" value={signed?.signature ?? ''} />
                <input type="hidden" name="signedAt" value={signed?.signedAt ?? ''} />
                <ReceiverProof
                  storeId={storeId}
                  receiver={receiver}
                  signed={signed}
                  error={error('signature')}
                  onSigned={setSigned}
                />
              </>
            )}
          </SettingsForm>
        </div>
      </Card>
    </>
  );
}
