// The wallet: balances by network and token, the address to receive on, the history. In development a faucet fills it.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useLoaderData, useNavigation, useSearchParams } from '@remix-run/react';
import { ExternalLink } from 'lucide-react';
import { z } from 'zod';
import { parseForm, rejectForm } from '#web/access/form-action.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireWallet } from '#web/access/require-session.ts';
import { problemIn, useActionResult } from '#web/access/use-action-form.ts';
import { AddressText } from '#web/ui/address-text.tsx';
import { Amount } from '#web/ui/amount.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { NetworkMark } from '#web/ui/marks.tsx';
import { Moment } from '#web/ui/moment.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { qrCode } from '#web/ui/qr-code.ts';
import { QrImage } from '#web/ui/qr-image.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { formProblem } from '../parts/error-message.server.ts';
import { FailureNotice } from '../parts/form-parts.tsx';
import type { ChainBalances, HistoryEntry } from '../server/account-types.ts';
import { useAccountText } from '../text/account-text.ts';

export const loader = async (args: LoaderFunctionArgs) => {
  const { session, wallet } = await requireWallet(args);
  const { account } = args.context;
  await args.context.spendChainRead(session.userId);
  const [chains, history] = await Promise.all([
    account.balances(wallet.address),
    account.history(session.userId, wallet.address),
  ]);
  return { address: wallet.address, qr: qrCode(wallet.address), chains, history, faucet: account.faucet !== null };
};

/** The faucet may have paid, or refused, on another page meanwhile. */
export const shouldRevalidate = readAgain;

const faucetForm = z.object({ chain: z.coerce.number() });

/** Fills the wallet from the faucet. 404 outside development. */
export const action = async (args: ActionFunctionArgs) => {
  const { wallet } = await requireWallet(args);
  const { faucet } = args.context.account;
  if (!faucet) throw new Response('Not found', { status: 404 });
  const submission = parseForm(await readForm(args.request), faucetForm);
  if (submission.status !== 'success') return rejectForm(submission);
  const filled = await faucet.fill(submission.value.chain, wallet.address).then(
    () => true,
    () => false,
  );
  if (!filled) return rejectForm(submission, formProblem(args.request, 'error_faucet'), 502);
  return redirect('/account?filled', 303);
};

export default function WalletPage() {
  const t = useAccountText();
  const { address, qr, chains, history, faucet } = useLoaderData<typeof loader>();
  const problem = problemIn(useActionResult());
  const [parameters] = useSearchParams();
  return (
    <div className="grid gap-6">
      <h1 className="text-xl font-semibold sm:text-2xl">{t('home_title')}</h1>
      {parameters.has('filled') ? (
        <Notice plain tone="ok">
          {t('home_filled')}
        </Notice>
      ) : null}
      {parameters.has('sent') ? (
        <Notice plain tone="ok">
          {t('home_sent')}
        </Notice>
      ) : null}
      <FailureNotice>{problem}</FailureNotice>
      <section className="grid gap-3" aria-labelledby="balances">
        <h2 id="balances" className="font-semibold">
          {t('balances')}
        </h2>
        {chains.map((chain) => (
          <ChainCard key={chain.chainId} chain={chain} faucet={faucet} />
        ))}
        <p>
          <Link className="button" to="/account/withdraw">
            {t('nav_withdraw')}
          </Link>
        </p>
      </section>
      <section className="card grid gap-4 p-4 sm:grid-cols-[10rem_1fr] sm:p-5" aria-labelledby="receive">
        <div className="mx-auto w-40">
          <QrImage qr={qr} label={t('receive_qr')} />
        </div>
        <div className="grid content-start gap-3">
          <h2 id="receive" className="font-semibold">
            {t('receive')}
          </h2>
          <p className="text-sm text-ink-2">{t('receive_lead')}</p>
          <p data-testid="address">
            <AddressText value={address} />
          </p>
          <CopyButton value={address} label={t('copy_address')} />
        </div>
      </section>
      <History entries={history} />
    </div>
  );
}

function ChainCard({ chain, faucet }: { chain: ChainBalances; faucet: boolean }) {
  const t = useAccountText();
  const busy = useNavigation().state !== 'idle';
  return (
    <div className="card p-4" data-testid={`chain-${chain.chainId}`}>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="flex items-center gap-2 font-semibold">
          <NetworkMark mark={chain.mark} size={24} />
          {chain.name}
        </h3>
        {faucet && chain.local ? (
          <Form method="post">
            <input type="hidden" name="chain" value={chain.chainId} />
            <TaskButton
              type="submit"
              className="button px-3 text-sm"
              busy={busy}
              aria-label={t('faucet_of', { network: chain.name })}
            >
              {t('faucet')}
            </TaskButton>
          </Form>
        ) : null}
      </div>
      {chain.balances ? (
        <dl className="mt-2 grid gap-1">
          {chain.balances.tokens.map(({ token, symbol, amount }) => (
            <div key={token} className="flex justify-between gap-4">
              <dt>{symbol}</dt>
              <dd className="font-semibold wrap-anywhere">
                <Amount of={amount} />
              </dd>
            </div>
          ))}
          <div className="flex justify-between gap-4 text-sm text-ink-2">
            <dt>{t('balance_fees', { symbol: chain.nativeSymbol })}</dt>
            <dd className="wrap-anywhere" title={chain.balances.native}>
              <Amount of={readableNative(chain.balances.native)} />
            </dd>
          </div>
        </dl>
      ) : (
        <p className="mt-2 text-sm text-warn">{t('balance_silent', { network: chain.name })}</p>
      )}
    </div>
  );
}

const NATIVE_PLACES = 6;

/** Six decimal places, rounded down: what is there is never less than what is shown. The exact figure is the tooltip. */
const readableNative = (exact: string): string => {
  const [whole = '0', fraction = ''] = exact.split('.');
  return `${whole}.${fraction.slice(0, NATIVE_PLACES).padEnd(2, '0')}`;
};

function History({ entries }: { entries: readonly HistoryEntry[] }) {
  const t = useAccountText();
  return (
    <section className="grid gap-3" aria-labelledby="history">
      <h2 id="history" className="font-semibold">
        {t('history')}
      </h2>
      {entries.length === 0 ? <p className="text-sm text-ink-2">{t('history_none')}</p> : null}
      <ul className="divide-y divide-line" data-testid="history">
        {entries.map((entry) => (
          <li key={`${entry.txHash}${entry.direction}${entry.symbol}`} className="grid gap-1 py-3">
            <div className="flex flex-wrap justify-between gap-2">
              <span>
                {t(entry.direction === 'in' ? 'history_received' : entry.intentId ? 'history_paid' : 'history_sent')}
                {` · ${entry.network}`}
                {entry.direction === 'out' ? (
                  <span className="text-ink-2"> · {t(`history_state_${entry.state}`)}</span>
                ) : null}
              </span>
              <strong>
                {entry.direction === 'in' ? '+' : '−'}
                <Amount of={entry.amount} /> {entry.symbol}
              </strong>
            </div>
            <div className="flex flex-wrap justify-between gap-2 text-sm text-ink-2">
              <span className="min-w-0 wrap-anywhere">
                {t(entry.direction === 'in' ? 'history_from' : 'history_to')} <AddressText value={entry.counterparty} />
              </span>
              <span>
                {entry.at ? <Moment iso={entry.at} /> : null}
                {entry.explorerUrl ? (
                  <a
                    className="link ml-2 inline-flex items-center gap-1"
                    href={entry.explorerUrl}
                    target="_blank"
                    rel="noreferrer"
                  >
                    {t('explorer')} <ExternalLink size={14} aria-hidden />
                  </a>
                ) : null}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
