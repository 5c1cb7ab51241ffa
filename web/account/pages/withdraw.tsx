// Withdraw: the server builds the transfer, the owner reviews and signs it on this device, the server sends it.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { useId } from 'react';
import { requireWallet } from '#web/access/require-session.ts';
import { Field, INPUT } from '#web/ui/field.tsx';
import { postJson } from '../keys/account-client.ts';
import { ApproveTransfer } from '../parts/approve-transfer.tsx';
import { errorMessage } from '../parts/error-message.server.ts';
import { FailureNotice, NeedsScripts } from '../parts/form-parts.tsx';
import type { ReviewedTransfer } from '../server/account-types.ts';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('nav_withdraw');

export const loader = async (args: LoaderFunctionArgs) => {
  const { session, wallet } = await requireWallet(args);
  const chains = await args.context.account.balances(wallet.address);
  const sources = chains.flatMap(({ chainId, name, balances }) =>
    (balances?.coins ?? []).map(({ coin, symbol, amount }) => ({
      value: `${chainId}:${coin}`,
      message: { coin: symbol, network: name, amount },
    })),
  );
  return { wallet, email: session.email, sources };
};

/** The review: nothing is sent here. */
export const action = async (args: ActionFunctionArgs) => {
  const { wallet } = await requireWallet(args);
  const form = await args.request.formData();
  const [chainId, coin] = String(form.get('source')).split(':').map(Number);
  const request = {
    chainId: chainId ?? 0,
    coin: coin ?? 0,
    to: String(form.get('to')),
    amount: String(form.get('amount')),
  };
  try {
    const reviewed: ReviewedTransfer = await args.context.account.withdraw.build(wallet.address, request);
    return data({ reviewed, failure: null });
  } catch (error) {
    return data({ reviewed: null, failure: errorMessage(args.request, error) }, { status: 400 });
  }
};

export default function WithdrawPage() {
  const t = useAccountText();
  const { wallet, email } = useLoaderData<typeof loader>();
  const response = useActionData<typeof action>();
  const send = async (rawTx: string): Promise<void> => {
    await postJson('/account/withdraw/send', { rawTx });
    location.assign('/account?sent');
  };
  return (
    <div className="grid gap-5">
      <h1 className="text-xl font-semibold sm:text-2xl">{t(response?.reviewed ? 'review_title' : 'nav_withdraw')}</h1>
      <NeedsScripts />
      {response?.reviewed ? (
        <div className="card grid gap-4 p-5">
          <ApproveTransfer reviewed={response.reviewed} wallet={wallet} email={email} onSigned={send} />
          <Link className="link justify-self-start text-sm" to="/account/withdraw">
            {t('review_change')}
          </Link>
        </div>
      ) : (
        <WithdrawForm failure={response?.failure ?? null} />
      )}
    </div>
  );
}

function WithdrawForm({ failure }: { failure: string | null }) {
  const t = useAccountText();
  const { sources } = useLoaderData<typeof loader>();
  const busy = useNavigation().state !== 'idle';
  const sourceId = useId();
  return (
    <Form method="post" className="card grid gap-4 p-5">
      <div className="grid gap-1.5">
        <label htmlFor={sourceId} className="text-sm font-semibold">
          {t('withdraw_source')}
        </label>
        <select id={sourceId} name="source" className={INPUT} required>
          {sources.map(({ value, message: words }) => (
            <option key={value} value={value}>
              {t('withdraw_source_option', words)}
            </option>
          ))}
        </select>
      </div>
      <Field
        label={t('withdraw_to')}
        name="to"
        autoComplete="off"
        spellCheck={false}
        required
        hint={t('withdraw_to_hint')}
      />
      <Field label={t('review_amount')} name="amount" inputMode="decimal" autoComplete="off" required />
      <button type="submit" className="button button-primary" disabled={busy}>
        {t('withdraw_review')}
      </button>
      <FailureNotice>{failure}</FailureNotice>
    </Form>
  );
}
