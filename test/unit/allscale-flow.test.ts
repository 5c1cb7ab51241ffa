// The controller of a payment by AllScale Pay: what each error leads to, what must never happen twice, and that "nothing was sent" is
// said only when it is certain. Every error code has a sentence in every language.
import { describe, expect, test } from 'vitest';
import type { Address, Hex } from '#domain/address.ts';
import { LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { transferCalldata } from '#domain/erc20.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { AccountError } from '#web/account/keys/account-client.ts';
import { transferFacts } from '#web/account/keys/transfer-facts.ts';
import type { PayOption, PayState, ReviewedTransfer, UnsignedTransaction } from '#web/account/server/account-types.ts';
import { failureOf } from '#web/checkout/allscale-pay/failures.ts';
import type { PayClient } from '#web/checkout/allscale-pay/pay-client.ts';
import { createPayController, type Sign } from '#web/checkout/allscale-pay/pay-controller.ts';
import { en } from '#web/checkout/allscale-pay/text/en.ts';
import { es } from '#web/checkout/allscale-pay/text/es.ts';
import { ja } from '#web/checkout/allscale-pay/text/ja.ts';
import { zhCn } from '#web/checkout/allscale-pay/text/zh-cn.ts';
import { zhTw } from '#web/checkout/allscale-pay/text/zh-tw.ts';

const ADDRESS: Address = `0x${'ab'.repeat(20)}`;
const HASH: Hex = `0x${'12'.repeat(32)}`;
const OPTION = { chainId: 31337, coin: 1, enough: true } as PayOption;
const transferOf = (baseUnits: bigint, changes: Partial<UnsignedTransaction> = {}): ReviewedTransfer => ({
  transaction: {
    ...{ type: 2, chainId: 31337, nonce: 0, to: LOCAL_TOKENS.usdt6, value: '0', gasLimit: '78000' },
    ...{
      data: transferCalldata(LOCAL_TOKENS.usdc6, baseUnitsOf(baseUnits)),
      maxFeePerGas: '3',
      maxPriorityFeePerGas: '1',
    },
    ...changes,
  },
});
const BUILT = transferOf(25_000_000n);
const REVIEWED = transferFacts(BUILT.transaction);
const READY: PayState = {
  kind: 'ready',
  sentTxHash: null,
  email: 'ada@example.com',
  wallet: { address: ADDRESS, phraseChecked: true, keys: [] },
  options: [OPTION],
  faucet: false,
};
const denial = (code: string, status = 409): AccountError => new AccountError(code, status, 'in English');

/** Replies in order and repeats the last reply. Throws a reply that is an Error. */
const responses = <T>(...list: (T | Error)[]) => {
  const requests: unknown[] = [];
  return {
    requests,
    async response(...given: unknown[]): Promise<T> {
      requests.push(given);
      const next = list.length > 1 ? list.shift() : list[0];
      if (next instanceof Error) throw next;
      return next as T;
    },
  };
};

interface Script {
  read?: (PayState | Error)[];
  review?: (ReviewedTransfer | Error)[];
  send?: ({ txHash: Hex } | Error)[];
  sign?: Sign;
}

const scripted = ({ read = [READY], review = [BUILT], send = [{ txHash: HASH }], sign }: Script = {}) => {
  const calls = { read: responses(...read), review: responses(...review), send: responses(...send) };
  const client: PayClient = {
    read: calls.read.response,
    review: calls.review.response,
    send: calls.send.response,
    topUp: () => Promise.reject(new Error('no test fills a wallet')),
    fill: async () => {},
  };
  const controller = createPayController(client, sign ?? (async () => '0x02aa'));
  return { controller, calls };
};

const atReview = async (script: Script = {}) => {
  const given = scripted(script);
  await given.controller.read();
  await given.controller.review(OPTION);
  return given;
};
const PASSKEY = { kind: 'passkey' } as const;

describe('a payment', () => {
  test('reads the wallet, reviews the chosen row, signs what was reviewed and sends what was signed', async () => {
    const signed: unknown[] = [];
    const { controller, calls } = await atReview({
      sign: async (...given) => {
        signed.push(given);
        return '0x02bb';
      },
    });
    expect(controller.getState()).toMatchObject({ step: 'review', reviewed: REVIEWED, notice: null });
    expect(calls.review.requests).toEqual([[OPTION]]);
    await controller.approve(PASSKEY);
    expect(signed).toEqual([[READY.kind === 'ready' ? READY.wallet : null, PASSKEY, REVIEWED.transaction]]);
    expect(calls.send.requests).toEqual([['0x02bb']]);
    expect(controller.getState()).toEqual({ step: 'sent', txHash: HASH });
  });

  test('a second click while the first one is in progress signs and sends nothing', async () => {
    let opened = 0;
    let open = (_rawTx: string): void => {};
    const { controller, calls } = await atReview({
      sign: () => {
        opened++;
        return new Promise<string>((resolve) => {
          open = resolve;
        });
      },
    });
    const first = controller.approve(PASSKEY);
    await controller.approve(PASSKEY);
    controller.backToList();
    await controller.review(OPTION);
    await controller.read();
    expect(controller.getState().step).toBe('approving');
    open('0x02cc');
    await first;
    expect(opened).toBe(1);
    expect(calls.send.requests).toEqual([['0x02cc']]);
  });

  test('a dismissed passkey or a wrong password leaves the review unchanged', async () => {
    for (const [error, notice] of [
      [new DOMException('no', 'NotAllowedError'), 'error_dismissed'],
      [denial('wrong_password', 400), 'error_wrong_password'],
    ] as const) {
      const { controller, calls } = await atReview({ sign: () => Promise.reject(error) });
      await controller.approve(PASSKEY);
      expect(controller.getState()).toMatchObject({ step: 'review', reviewed: REVIEWED, notice });
      expect(calls.send.requests).toEqual([]);
    }
  });
});

describe('when the server rejects the transaction', () => {
  test.each(['changed', 'not_sent', 'bad_transaction', 'wrong_signer', 'screening_away', 'unknown_chain'])(
    '%s: shows a new review with the reason',
    async (code) => {
      const fresh = transferFacts(transferOf(13_000_000n).transaction);
      const { controller } = await atReview({ review: [REVIEWED, fresh], send: [denial(code)] });
      await controller.approve(PASSKEY);
      expect(controller.getState()).toMatchObject({ step: 'review', reviewed: fresh, notice: `error_${code}` });
    },
  );

  test('insufficient balance: reads the list again', async () => {
    const { controller, calls } = await atReview({
      review: [REVIEWED, denial('not_enough')],
      send: [denial('not_sent')],
    });
    await controller.approve(PASSKEY);
    expect(controller.getState()).toMatchObject({ step: 'choosing', notice: 'error_not_enough' });
    expect(calls.read.requests).toHaveLength(2);
  });

  test.each(['not_payable', 'denied'])('%s: ends the payment with the reason', async (code) => {
    const { controller } = await atReview({ send: [denial(code)] });
    await controller.approve(PASSKEY);
    expect(controller.getState()).toEqual({ step: 'ended', notice: `error_${code}` });
  });

  test('logged out: shows the log-in', async () => {
    const { controller } = await atReview({ send: [denial('logged_out', 401)] });
    await controller.approve(PASSKEY);
    expect(controller.getState()).toEqual({ step: 'loggedOut', notice: 'error_logged_out' });
  });

  test('already sent elsewhere: shows that transaction', async () => {
    const sent: PayState = { kind: 'sent', email: 'ada@example.com', phraseChecked: true, sentTxHash: HASH };
    const { controller } = await atReview({ read: [READY, sent], send: [denial('already_sent')] });
    await controller.approve(PASSKEY);
    expect(controller.getState()).toEqual({ step: 'sent', txHash: HASH });
  });
});

describe('when the transaction may have been sent', () => {
  const doubts = [denial('maybe_sent'), denial('unknown', 502), new TypeError('Failed to fetch')];
  test.each(doubts)('%s: says so and can resend the same transaction', async (doubt) => {
    const { controller, calls } = await atReview({ send: [doubt, { txHash: HASH }] });
    await controller.approve(PASSKEY);
    expect(controller.getState()).toEqual({ step: 'unsure', rawTx: '0x02aa', busy: false });
    // A change of the amount due or another read does not clear the doubt.
    await controller.dueChanged();
    await controller.lookAgain();
    expect(controller.getState().step).toBe('unsure');
    await controller.resend();
    expect(calls.send.requests).toEqual([['0x02aa'], ['0x02aa']]);
    expect(controller.getState()).toEqual({ step: 'sent', txHash: HASH });
  });

  test('rejected for good at the second try: shows the list with the reason', async () => {
    const { controller } = await atReview({ send: [denial('maybe_sent'), denial('not_sent')] });
    await controller.approve(PASSKEY);
    await controller.resend();
    expect(controller.getState()).toMatchObject({ step: 'choosing', notice: 'error_not_sent' });
  });
});

describe('a payment that waits for its block', () => {
  const sent: PayState = { kind: 'sent', email: 'ada@example.com', phraseChecked: true, sentTxHash: HASH };

  test('is shown when the page opens, logged in or not', async () => {
    for (const state of [sent, { kind: 'loggedOut', sentTxHash: HASH } as const, { ...READY, sentTxHash: HASH }]) {
      const { controller } = scripted({ read: [state] });
      await controller.read();
      expect(controller.getState()).toEqual({ step: 'sent', txHash: HASH });
    }
  });

  test('failed according to the server: shows the list with the reason', async () => {
    const { controller } = scripted({ read: [sent, READY] });
    await controller.read();
    await controller.lookAgain();
    expect(controller.getState()).toMatchObject({ step: 'choosing', notice: 'error_failed_before' });
  });

  test('failed according to the shopper: shows the list and stops waiting', async () => {
    const { controller } = scripted({ read: [{ ...READY, sentTxHash: HASH }] });
    await controller.read();
    await controller.payAgain();
    expect(controller.getState()).toMatchObject({ step: 'choosing', notice: null });
  });
});

test.each([
  ['error_unknown_token', { to: ADDRESS }],
  ['error_unknown_chain', { chainId: 43_114 }],
  ['error_fee_too_high', { maxFeePerGas: '1000000000000000' }],
  ['error_not_reviewed', { data: '0x095ea7b3' as Hex }],
])('a server that gives another transaction gets no review: %s', async (notice, changes) => {
  const signed: unknown[] = [];
  const { controller } = scripted({
    review: [transferOf(25_000_000n, changes)],
    sign: async (...given) => {
      signed.push(given);
      return '0x02aa';
    },
  });
  await controller.read();
  await controller.review(OPTION);
  expect(controller.getState()).toMatchObject({ step: 'choosing', notice });
  await controller.approve(PASSKEY);
  expect(signed).toEqual([]);
});

test('a change of the amount due during a review starts a new review with the reason', async () => {
  const fresh = transferFacts(transferOf(13_000_000n).transaction);
  const { controller } = await atReview({ review: [REVIEWED, fresh] });
  await controller.dueChanged();
  expect(controller.getState()).toMatchObject({ step: 'review', reviewed: fresh, notice: 'error_changed' });
});

test('retries when the server is unavailable at first', async () => {
  const { controller } = scripted({ read: [new TypeError('Failed to fetch'), READY] });
  await controller.read();
  expect(controller.getState()).toEqual({ step: 'away' });
  await controller.read();
  expect(controller.getState().step).toBe('choosing');
});

describe('messages', () => {
  const REFUSALS =
    `not_payable already_sent not_enough unknown_chain unreachable no_wallet changed denied screening_away
    bad_transaction wrong_signer not_sent logged_out`.split(/\s+/);

  test.each(REFUSALS)('%s has a sentence of its own', (code) => {
    expect(failureOf(denial(code))).toBe(`error_${code}`);
  });

  test('every language uses the same placeholders', () => {
    const slots = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
    for (const other of [zhCn, zhTw, ja, es]) {
      for (const [key, sentence] of Object.entries(en)) {
        expect(slots(other[key as keyof typeof en]), key).toEqual(slots(sentence));
      }
    }
  });
});
