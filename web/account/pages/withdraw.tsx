// Withdraw: the server builds the transfer, the owner reviews and signs it on this device, the server sends it.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { useId } from 'react';
import { z } from 'zod';
import { parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireWallet } from '#web/access/require-session.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { Field, INPUT } from '#web/ui/field.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { postJson } from '../keys/account-client.ts';
import { ApproveTransfer } from '../parts/approve-transfer.tsx';
import { formProblemOf } from '../parts/error-message.server.ts';
import { FailureNotice, NeedsScripts } from '../parts/form-parts.tsx';
import type { ReviewedTransfer } from '../server/account-types.ts';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('nav_withdraw');

export const loader = async (args: LoaderFunctionArgs) => {
  const { session, wallet } = await requireWallet(args);
  await args.context.spendChainRead(session.userId);
  const chains = await args.context.account.balances(wallet.address);
  const sources = chains.flatMap(({ chainId, name, balances }) =>
    (balances?.tokens ?? [])
      .filter(({ isPrimary, amount }) => isPrimary || Number(amount) > 0)
      .map(({ token, symbol, amount }) => ({
        value: `${chainId}:${token}`,
        label: { coin: symbol, network: name, amount },
      })),
  );
  return { wallet, email: session.email, sources };
};

const withdrawForm = z.object({
  /** Chain id and the token's contract: `8453:0x…`. The service checks both. */
  source: text.transform((source) => source.split(':')),
  to: text,
  amount: text,
});

/** The review: nothing is sent here. */
export const action = async (args: ActionFunctionArgs) => {
  const { session, wallet } = await requireWallet(args);
  await args.context.spendChainRead(session.userId);
  const submission = parseForm(await readForm(args.request), withdrawForm);
  if (submission.status !== 'success') return rejectForm(submission);
  const { source, to, amount } = submission.value;
  const [chainId, token = ''] = source;
  try {
    const request = { chainId: Number(chainId), token, to, amount };
    const reviewed: ReviewedTransfer = await args.context.account.withdraw.build(wallet.address, request);
    return data({ reviewed });
  } catch (error) {
    return rejectForm(submission, formProblemOf(args.request, error), 400);
  }
};

export default function WithdrawPage() {
  const t = useAccountText();
  const { wallet, email } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  const reviewed = result && 'reviewed' in result ? result.reviewed : null;
  const send = async (rawTx: string): Promise<void> => {
    await postJson('/account/withdraw/send', { rawTx });
    location.assign('/account?sent');
  };
  return (
    <div className="grid gap-5">
      <h1 className="text-xl font-semibold sm:text-2xl">{t(reviewed ? 'review_title' : 'nav_withdraw')}</h1>
      <NeedsScripts />
      {reviewed ? (
        <div className="card grid gap-4 p-5">
          <ApproveTransfer reviewed={reviewed} wallet={wallet} email={email} onSigned={send} />
          <Link className="link justify-self-start text-sm" to="/account/withdraw">
            {t('review_change')}
          </Link>
        </div>
      ) : (
        <WithdrawForm />
      )}
    </div>
  );
}

function WithdrawForm() {
  const t = useAccountText();
  const form = useActionForm();
  const { sources } = useLoaderData<typeof loader>();
  const busy = useNavigation().state !== 'idle';
  const sourceId = useId();
  return (
    <Form method="post" {...form.props} className="card grid gap-4 p-5">
      <div className="grid gap-1.5">
        <label htmlFor={sourceId} className="text-sm font-semibold">
          {t('withdraw_source')}
        </label>
        <select id={sourceId} name="source" defaultValue={form.field('source').defaultValue} className={INPUT} required>
          {sources.map(({ value, label }) => (
            <option key={value} value={value}>
              {t('withdraw_source_option', label)}
            </option>
          ))}
        </select>
      </div>
      <Field
        label={t('withdraw_to')}
        {...form.field('to')}
        autoComplete="off"
        spellCheck={false}
        required
        hint={t('withdraw_to_hint')}
      />
      <Field label={t('review_amount')} {...form.field('amount')} inputMode="decimal" autoComplete="off" required />
      <TaskButton type="submit" className="button button-primary" busy={busy}>
        {t('withdraw_review')}
      </TaskButton>
      <FailureNotice>{form.problem}</FailureNotice>
    </Form>
  );
}
