// Keeps an open checkout up to date: server-sent events make it read again; while the stream is cut it polls, 3, then 10, then 30
// seconds apart. A failed read keeps what is shown: the address must not vanish with the network.
import { useLocation } from '@remix-run/react';
import { useEffect, useRef, useState } from 'react';
import { startPoller } from '#web/ui/poller.ts';
import type { CheckoutView } from '../server/view-types.ts';
import { followCheckout } from './shared-events.ts';

/** Between reads while the stream is cut. */
const cutDelaySeconds = (attempt: number): number => (attempt < 10 ? 3 : attempt < 20 ? 10 : 30);
/** The count of confirmations grows without an event. */
const CONFIRMING_DELAY_SECONDS = 3;
/** While the stream is open, in case an event was lost. */
const OPEN_DELAY_SECONDS = 20;
/** A paid checkout has no stream: only a refund or more money changes it. */
const PAID_DELAY_SECONDS = 60;

export interface LiveView {
  view: CheckoutView;
  /** The stream is cut, and the page polls. */
  polling: boolean;
  /** Reads at once. */
  refresh(): void;
}

interface ReadView {
  view: CheckoutView;
  /** The choice of coin and network that it was read for. */
  search: string;
}

/** @param loaded what the server rendered; a newer one (another coin or network was chosen) replaces what was read since */
export const useLiveView = (loaded: CheckoutView): LiveView => {
  const { search } = useLocation();
  const [read, setRead] = useState<ReadView | null>(null);
  const [polling, setPolling] = useState(false);
  // A response to an earlier choice would take the new choice back.
  const view = read && read.search === search && read.view.now > loaded.now ? read.view : loaded;
  const { id } = view.summary;
  const { live } = view;
  const confirming = view.state.phase === 'confirming' || view.state.phase === 'closing';
  const paid = view.state.phase === 'paid';
  const refresh = useRef(() => {});
  const shown = useRef(view);
  shown.current = view;

  useEffect(() => {
    if (!live) return;
    let cut = false;
    let attempt = 0;
    const poller = startPoller({
      read: (signal) => readView(id, shown.current, signal),
      onRead: setRead,
      delayMs: () => 1000 * (cut ? cutDelaySeconds(attempt++) : delaySeconds({ confirming, paid })),
      onTick: () => stream?.reopen(),
    });
    const stream = paid
      ? null
      : followCheckout(id, {
          onChanged: () => poller.readNow(),
          onCut(isCut) {
            if (cut === isCut) return;
            cut = isCut;
            attempt = 0;
            setPolling(isCut);
            poller.reschedule();
          },
        });
    refresh.current = () => poller.readNow();
    return () => {
      poller.stop();
      stream?.close();
    };
  }, [id, live, confirming, paid]);

  return { view, polling: live && polling, refresh: () => refresh.current() };
};

const delaySeconds = ({ confirming, paid }: { confirming: boolean; paid: boolean }): number => {
  if (confirming) return CONFIRMING_DELAY_SECONDS;
  return paid ? PAID_DELAY_SECONDS : OPEN_DELAY_SECONDS;
};

/** Coin and network that the page shows stay, also where it picked them: a shopper may be copying them. */
const readView = async (id: string, { state }: CheckoutView, signal: AbortSignal): Promise<ReadView> => {
  const { search } = location;
  const choice = new URLSearchParams(search);
  if (state.phase === 'pay') {
    if (!choice.has('coin')) choice.set('coin', state.choice.coin.symbol);
    if (!choice.has('network')) choice.set('network', String(state.choice.network.chainId));
  }
  const response = await fetch(`/checkout/${id}/view?${choice}`, { signal });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return { view: (await response.json()) as CheckoutView, search };
};
