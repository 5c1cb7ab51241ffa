// The payment by browser wallet as a state machine, and the errors of wallets: every way a payment can stop, and what must never
// happen twice.
import { describe, expect, test } from 'vitest';
import type { Hex } from '#domain/address.ts';
import { deepLinks, isPhone } from '#web/checkout/browser-wallet/deep-links.ts';
import { chainIdOf, firstAccount } from '#web/checkout/browser-wallet/eip1193.ts';
import { INITIAL, next, type PaymentEvent, type PaymentState } from '#web/checkout/browser-wallet/payment-machine.ts';
import {
  failureOf,
  mayHaveSent,
  mayLackChain,
  type WalletFailure,
} from '#web/checkout/browser-wallet/wallet-errors.ts';
import type { WalletOrder } from '#web/checkout/server/wallet-types.ts';

const WALLET = { id: 'one', name: 'Wallet One', icon: null };
const ACCOUNT = `0x${'ab'.repeat(20)}`;
const OTHER = `0x${'cd'.repeat(20)}`;
const HASH: Hex = `0x${'12'.repeat(32)}`;
const TOKEN: Hex = `0x${'01'.repeat(20)}`;
const ORDER: WalletOrder = {
  chainId: 8453,
  network: {
    chainId: '0x2105',
    chainName: 'Base',
    nativeCurrency: { name: 'ETH', symbol: 'ETH', decimals: 18 },
    rpcUrls: [],
    blockExplorerUrls: [],
  },
  coin: 'USDT',
  token: TOKEN,
  recipient: TOKEN,
  amount: '25.0000',
  transaction: { from: TOKEN, to: TOKEN, value: '0x0', data: '0x' },
  fee: null,
  checked: true,
};

const run = (...events: PaymentEvent[]): PaymentState => events.reduce(next, INITIAL);
const chosen: PaymentEvent = { type: 'walletChosen', wallet: WALLET };
const connected = (chainId = 8453): PaymentEvent => ({ type: 'connected', account: ACCOUNT, chainId });
const ready: PaymentEvent = { type: 'prepared', preparation: { kind: 'ready', order: ORDER } };
const failed = (failure: WalletFailure): PaymentEvent => ({ type: 'walletFailed', failure });
const review = [chosen, connected(), ready];
const sending: PaymentEvent[] = [...review, { type: 'payPressed' }, { type: 'walletOpened' }];

describe('a payment', () => {
  test('choose, connect, check, review, verify, send, sent', () => {
    expect(run(chosen).step).toBe('connecting');
    expect(run(chosen, connected()).step).toBe('checking');
    expect(run(...review)).toMatchObject({ step: 'review', account: ACCOUNT, order: ORDER, notice: null });
    expect(run(...review, { type: 'payPressed' }).step).toBe('verifying');
    expect(run(...sending).step).toBe('sending');
    expect(run(...sending, { type: 'sent', txHash: HASH })).toEqual({ step: 'sent', txHash: HASH });
  });

  test('a second click changes nothing while verifying and while the wallet is open', () => {
    for (const events of [sending.slice(0, -1), sending]) {
      const state = run(...events);
      expect(next(state, { type: 'payPressed' })).toBe(state);
    }
  });

  test('on another chain the payment must switch first', () => {
    const wrong = run(chosen, connected(1), ready);
    expect(next(wrong, { type: 'payPressed' })).toBe(wrong);
    const switching = next(wrong, { type: 'switchPressed' });
    expect(switching.step).toBe('switching');
    expect(next(switching, { type: 'chainChanged', chainId: 137 })).toMatchObject({ step: 'switching', chainId: 137 });
    const right = next(switching, { type: 'chainChanged', chainId: 8453 });
    expect(right).toMatchObject({ step: 'review', chainId: 8453, notice: null });
    expect(next(right, { type: 'payPressed' }).step).toBe('verifying');
  });

  test('a sent transaction is shown from every state', () => {
    const states = [INITIAL, run(chosen), run(...review), run(...sending, failed('unknown'))];
    for (const state of states) expect(next(state, { type: 'sent', txHash: HASH }).step).toBe('sent');
  });
});

describe('changes in the wallet or on the server', () => {
  test.each<[string, PaymentEvent[]]>([
    ['after the review', review],
    ['while verifying', [...review, { type: 'payPressed' }]],
  ])('another chain or account %s stops the payment', (_when, events) => {
    const chain = run(...events, { type: 'chainChanged', chainId: 1 });
    expect(chain).toMatchObject({ step: 'review', chainId: 1, notice: 'chain_changed' });
    const account = run(...events, { type: 'accountChanged', account: OTHER });
    expect(account).toMatchObject({ step: 'checking', account: OTHER, notice: 'account_changed' });
    expect(next(account, ready)).toMatchObject({ step: 'review', notice: 'account_changed' });
    const gone = run(...events, { type: 'accountChanged', account: null });
    expect(gone).toEqual({ step: 'choosing', notice: 'disconnected' });
  });

  test('an open request stays the only one, whatever changes in the wallet', () => {
    const state = run(...sending);
    const events: PaymentEvent[] = [
      { type: 'chainChanged', chainId: 1 },
      { type: 'accountChanged', account: OTHER },
      { type: 'accountChanged', account: null },
      { type: 'targetChanged' },
      { type: 'left' },
    ];
    for (const event of events) expect(next(state, event)).toBe(state);
  });

  test('an amount that changes right before sending is reviewed again', () => {
    const order = { ...ORDER, amount: '13.0000' };
    const state = run(...review, { type: 'payPressed' }, { type: 'orderChanged', order });
    expect(state).toMatchObject({ step: 'review', order, notice: 'order_changed' });
  });

  test('a reply for an earlier choice is ignored', () => {
    expect(run(chosen, connected(), { type: 'left' }, ready)).toBe(INITIAL);
    expect(run(chosen, { type: 'left' }, connected())).toBe(INITIAL);
  });
});

describe('failures', () => {
  test.each<[WalletFailure, string]>([
    ['dismissed', 'dismissed'],
    ['pending', 'pending'],
    ['unauthorized', 'unauthorized'],
    ['unsupported', 'unsupported'],
    ['invalid', 'invalid'],
  ])('%s while sending: nothing was sent, and the review stays', (failure, notice) => {
    expect(run(...sending, failed(failure))).toMatchObject({ step: 'review', notice });
  });

  test.each<WalletFailure>(['unknown', 'disconnected'])(
    '%s while sending: the result is unknown, and no button sends',
    (failure) => {
      const state = run(...sending, failed(failure));
      expect(state.step).toBe('uncertain');
      expect(next(state, { type: 'payPressed' })).toBe(state);
      expect(next(state, { type: 'checkAgain' }).step).toBe('checking');
    },
  );

  test('each has its own message while connecting and switching', () => {
    expect(run(chosen, failed('dismissed'))).toEqual({ step: 'choosing', notice: 'dismissed' });
    expect(run(chosen, failed('unknown'))).toEqual({ step: 'choosing', notice: 'connect_failed' });
    const switching: PaymentEvent[] = [chosen, connected(1), ready, { type: 'switchPressed' }];
    expect(run(...switching, failed('dismissed'))).toMatchObject({ step: 'review', notice: 'switch_dismissed' });
    expect(run(...switching, failed('unknownChain'))).toMatchObject({ step: 'review', notice: 'switch_failed' });
  });

  test('a problem found by the server stops the payment, also right before sending', () => {
    const obstacle = { kind: 'notPayable' } as const;
    const event: PaymentEvent = { type: 'prepared', preparation: obstacle };
    expect(run(chosen, connected(), event)).toMatchObject({ step: 'blocked', obstacle });
    expect(run(...review, { type: 'payPressed' }, event)).toMatchObject({ step: 'blocked', obstacle });
    const sent: PaymentEvent = { type: 'prepared', preparation: { kind: 'alreadySent', txHash: HASH } };
    expect(run(...review, { type: 'payPressed' }, sent)).toEqual({ step: 'sent', txHash: HASH });
    expect(run(...review, { type: 'payPressed' }, { type: 'serverFailed' })).toMatchObject({ notice: 'server_away' });
  });
});

describe('errors of wallets', () => {
  test.each<[unknown, WalletFailure]>([
    [{ code: 4001 }, 'dismissed'],
    [{ code: -32603, data: { originalError: { code: 4001 } } }, 'dismissed'],
    [{ code: 'ACTION_REJECTED' }, 'dismissed'],
    [Object.assign(new Error('x', { cause: { code: 4902 } }), {}), 'unknownChain'],
    [{ error: { code: -32002 } }, 'pending'],
    [{ code: -32603 }, 'unknown'],
    ['User rejected the request', 'unknown'],
    [null, 'unknown'],
  ])('%o is %s', (error, failure) => expect(failureOf(error)).toBe(failure));

  test('an error that contains itself is handled', () => {
    const error: Record<string, unknown> = {};
    error.cause = error;
    expect(failureOf(error)).toBe('unknown');
  });

  test.each<[unknown, boolean]>([
    [{ code: 4902 }, true],
    [{ code: -32603, data: { originalError: { code: 4902 } } }, true],
    [{ code: -32603 }, true],
    [{ code: -32603, data: { originalError: { code: 4001 } } }, false],
    [{ code: 4001 }, false],
  ])('%o: adding the chain may help: %s', (error, may) => expect(mayLackChain(error)).toBe(may));

  test('only certain errors say that nothing was sent', () => {
    const failures: WalletFailure[] = [
      'dismissed',
      'pending',
      'unauthorized',
      'unsupported',
      'invalid',
      'unknownChain',
    ];
    expect(failures.map(mayHaveSent)).toEqual(failures.map(() => false));
    expect(mayHaveSent('unknown')).toBe(true);
    expect(mayHaveSent('disconnected')).toBe(true);
  });
});

describe('replies of wallets', () => {
  test('accepts accounts and chain ids in every spelling, and nothing else', () => {
    expect(firstAccount([`0x${'AB'.repeat(20)}`])).toBe(ACCOUNT);
    for (const response of [[], null, ['0x12'], 'x', [5]]) expect(firstAccount(response)).toBeNull();
    expect(['0x2105', 8453, '8453'].map(chainIdOf)).toEqual([8453, 8453, 8453]);
    for (const response of [null, 'x', 0, {}, '']) expect(chainIdOf(response)).toBeNull();
  });
});

test('deep links open this same page, on phones only', () => {
  const page = 'https://pay.example.com/checkout/6?method=wallet&coin=USDT';
  const urls = deepLinks(page).map(({ url }) => url);
  expect(urls[0]).toBe('https://metamask.app.link/dapp/pay.example.com/checkout/6?method=wallet&coin=USDT');
  expect(new URL(urls[1] ?? '').searchParams.get('url')).toBe(page);
  expect(isPhone('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', 5)).toBe(true);
  expect(isPhone('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 5)).toBe(true);
  expect(isPhone('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 0)).toBe(false);
});
