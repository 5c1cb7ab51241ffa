// Withdraw: the server builds the transfer, the owner reviews and signs it on this device, the server sends it.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { useId } from 'react';
import type { ReviewedTransfer } from '#web/account/account-types.ts';
import { ApproveTransfer } from '../account/approve-transfer.tsx';
import { Field, INPUT, NeedsScripts, Problem } from '../account/form-parts.tsx';
import { requireWallet } from '../account/require-session.ts';
import { postJson } from '../wallet/account-client.ts';

export const meta: MetaFunction = () => [{ title: 'Withdraw · AllScale Pay' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const { session, wallet } = await requireWallet(args);
  const chains = await args.context.account.balances(wallet.address);
  const sources = chains.flatMap(({ chainId, name, balances }) =>
    (balances?.coins ?? []).map(({ coin, symbol, amount }) => ({
      value: `${chainId}:${coin}`,
      label: `${symbol} on ${name} (${amount})`,
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
    if (!(error instanceof Error) || error.name !== 'UserError') throw error;
    return data({ reviewed: null, failure: error.message }, { status: 400 });
  }
};

export default function WithdrawPage() {
  const { wallet, email } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const send = async (rawTx: string): Promise<void> => {
    await postJson('/account/withdraw/send', { rawTx });
    location.assign('/account?sent');
  };
  return (
    <div className="grid gap-5">
      <h1 className="text-xl font-semibold sm:text-2xl">{answer?.reviewed ? 'Review and approve' : 'Withdraw'}</h1>
      <NeedsScripts />
      {answer?.reviewed ? (
        <div className="card grid gap-4 p-5">
          <ApproveTransfer reviewed={answer.reviewed} wallet={wallet} email={email} onSigned={send} />
          <Link className="link justify-self-start text-sm" to="/account/withdraw">
            Change something
          </Link>
        </div>
      ) : (
        <WithdrawForm failure={answer?.failure ?? null} />
      )}
    </div>
  );
}

function WithdrawForm({ failure }: { failure: string | null }) {
  const { sources } = useLoaderData<typeof loader>();
  const busy = useNavigation().state !== 'idle';
  const sourceId = useId();
  return (
    <Form method="post" className="card grid gap-4 p-5">
      <div className="grid gap-1.5">
        <label htmlFor={sourceId} className="text-sm font-semibold">
          Coin and network
        </label>
        <select id={sourceId} name="source" className={INPUT} required>
          {sources.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <Field label="To address" name="to" autoComplete="off" spellCheck={false} required hint="On the same network." />
      <Field label="Amount" name="amount" inputMode="decimal" autoComplete="off" required />
      <button type="submit" className="button button-primary" disabled={busy}>
        Review
      </button>
      {failure ? <Problem>{failure}. Nothing was sent.</Problem> : null}
    </Form>
  );
}
