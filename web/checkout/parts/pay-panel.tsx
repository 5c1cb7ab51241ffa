// A checkout that waits for its payment: the amount received, the way to pay, coin and network, and the panel of the chosen way.
import { useLocation, useSearchParams } from '@remix-run/react';
import { TriangleAlert } from 'lucide-react';
import { useText } from '#web/text/text.ts';
import { Amount } from '#web/ui/amount.tsx';
import { LazyBoundary } from '#web/ui/lazy-boundary.tsx';
import { Notice } from '#web/ui/notice.tsx';
import type { PayPhase } from '../server/view-types.ts';
import { DEFAULT_METHOD, payMethodOf } from './pay-method.tsx';
import type { PayPanelProps } from './pay-panel-props.ts';
import { PaymentChoice } from './payment-choice.tsx';

export function PayPanel(props: PayPanelProps) {
  const t = useText();
  const { state } = props;
  const [parameters] = useSearchParams();
  const { name, Panel, listsNetworks } = payMethodOf(parameters);
  const needsScripts = name !== DEFAULT_METHOD;
  return (
    <div className="grid gap-3">
      {state.received ? <PartReceived state={state} received={state.received} /> : null}
      <PaymentChoice state={state} listsOffers={!listsNetworks} />
      {listsNetworks ? null : <TroubleNotice state={state} />}
      {needsScripts ? <NeedsScripts /> : null}
      <div className={needsScripts ? 'noscript:hidden' : ''}>
        {/* Another way to pay does not wait for the script of the one before. */}
        <LazyBoundary key={name} fallback={<p role="status">{t('pay.loading')}</p>}>
          <Panel {...props} />
        </LazyBoundary>
      </div>
    </div>
  );
}

function PartReceived({ state, received }: { state: PayPhase; received: string }) {
  const t = useText();
  return (
    <div className="rounded-lg bg-warn-tint px-3 py-2" data-testid="part-received">
      <dl className="grid grid-cols-2 gap-3">
        <div>
          <dt className="text-sm text-ink-2">{t('short.received')}</dt>
          <dd className="font-semibold wrap-anywhere">
            <Amount of={received} />
          </dd>
        </div>
        <div>
          <dt className="text-sm text-ink-2">{t('short.due')}</dt>
          <dd className="font-semibold wrap-anywhere">
            <Amount of={state.due} /> {state.choice.coin.symbol}
          </dd>
        </div>
      </dl>
      <p className="mt-1 text-sm text-ink-2">{t('short.lead')}</p>
    </div>
  );
}

/** Shown in place of the panel: links to the way that works, with the same coin and network. */
function NeedsScripts() {
  const t = useText();
  const { pathname, search } = useLocation();
  const parameters = new URLSearchParams(search);
  parameters.set('method', DEFAULT_METHOD);
  return (
    <noscript>
      <div className="grid gap-3">
        <Notice plain tone="warn">
          {t('method.needs_scripts')}
        </Notice>
        <a className="button button-primary" href={`${pathname}?${parameters}`}>
          {t('method.qr')}
        </a>
      </div>
    </noscript>
  );
}

function TroubleNotice({ state }: { state: PayPhase }) {
  const t = useText();
  const { name, trouble } = state.choice.network;
  if (!trouble) return null;
  const better = state.networks.some((network) => network.trouble === null);
  return (
    <p className="flex gap-2 rounded-lg bg-warn-tint p-3 text-sm text-warn" data-testid="trouble">
      <TriangleAlert size={18} className="mt-0.5 flex-none" aria-hidden />
      {t(better ? `trouble.${trouble}` : 'trouble.only', { network: name })}
    </p>
  );
}
