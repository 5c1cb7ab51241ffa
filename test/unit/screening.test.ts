// Screening: the deny list as configuration, and how the payment rules use its result.
import { describe, expect, test } from 'vitest';
import { ConfigError } from '#domain/errors.ts';
import { multiply, ONE_COIN } from '#domain/money.ts';
import { assessPayment, DUST_UNITS, type ObservedTransfer, type PaymentTerms } from '#domain/payment-rules.ts';
import { createStaticScreening, readDenyList } from '#domain/screening.ts';
import { canTransition, IntentStatus } from '#domain/status.ts';
import { parseTxHash } from '#domain/tx-hash.ts';

const S = IntentStatus;
const T = 1_700_000_000_000;
const ADDRESS = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const OTHER = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';
const OPEN = [S.CREATED, S.PAYING, S.TEMP_WALLET_RECEIVED] as const;

const terms = (change: Partial<PaymentTerms> = {}): PaymentTerms => ({
  requiredUnits: multiply(ONE_COIN, 10n),
  toleranceBps: 50,
  expiresAt: T,
  extended: false,
  extensionMs: 600_000,
  acceptedCoins: [1],
  acceptedChainIds: [1],
  payerDenied: false,
  dustUnits: DUST_UNITS,
  closedAs: null,
  ...change,
});

let made = 0;
const transfer = (change: Partial<ObservedTransfer> = {}): ObservedTransfer => {
  made += 1;
  return {
    id: `t${made}`,
    chainId: 1,
    coin: 1,
    txHash: `0x${made}`,
    amountUnits: multiply(ONE_COIN, 10n),
    blockTime: T - 1,
    state: 'confirmed',
    senderDenied: false,
    inPayment: false,
    reviews: [],
    ...change,
  };
};
const rejected = (change: Partial<ObservedTransfer> = {}) => transfer({ senderDenied: true, ...change });
const open = { kind: 'screening', resolved: false } as const;

describe('money from a denied payer', () => {
  test.each([...OPEN, S.ON_CHAIN, S.PENDING_MANUAL_OPERATION])(
    'from status %i: one review for a person, never CONFIRMED',
    (status) => {
      for (const state of ['seen', 'confirmed'] as const) {
        for (const beside of [[], [transfer()]]) {
          const money = rejected({ state });
          expect(assessPayment(status, terms(), [money, ...beside], true)).toMatchObject({
            status: S.PENDING_MANUAL_OPERATION,
            reviews: [{ kind: 'screening', transferId: money.id }],
            paymentTransferIds: [],
            wakeAt: null,
          });
          expect(status === S.PENDING_MANUAL_OPERATION || canTransition(status, S.PENDING_MANUAL_OPERATION)).toBe(true);
          expect(assessPayment(status, terms(), [{ ...money, reviews: [open] }, ...beside], true).reviews).toEqual([]);
        }
      }
    },
  );

  test('money denied once stays held, even when the list has changed since', () =>
    expect(assessPayment(S.PENDING_MANUAL_OPERATION, terms(), [transfer({ reviews: [open] })], true)).toMatchObject({
      status: S.PENDING_MANUAL_OPERATION,
    }));

  test('no longer holds the payment once a person decided or a reorganisation removed it', () => {
    const decided = rejected({ reviews: [{ kind: 'screening', resolved: true }] });
    for (const gone of [decided, rejected({ state: 'orphaned', reviews: [open] })]) {
      const paid = transfer();
      expect(assessPayment(S.PENDING_MANUAL_OPERATION, terms(), [gone, paid], true)).toMatchObject({
        status: S.CONFIRMED,
        paymentTransferIds: [paid.id],
      });
    }
  });

  test.each([S.TIMEOUT, S.CANCELED, S.UNDERPAID, S.REJECTED])(
    'after verdict %i: a person decides, with the reason',
    (status) => {
      const money = rejected({ blockTime: T + 9 });
      expect(assessPayment(status, terms(), [money], true)).toMatchObject({
        status: S.PENDING_MANUAL_OPERATION,
        reviews: [{ kind: 'screening', transferId: money.id }],
      });
    },
  );

  test('after CONFIRMED: one review and no other for the same money', () => {
    const money = rejected();
    const paid = transfer({ inPayment: true });
    expect(assessPayment(S.CONFIRMED, terms(), [paid, money], true)).toMatchObject({
      status: S.CONFIRMED,
      reviews: [{ kind: 'screening', transferId: money.id }],
    });
    expect(assessPayment(S.CONFIRMED, terms(), [paid, { ...money, reviews: [open] }], true).reviews).toEqual([]);
  });
});

describe('a denied payer', () => {
  test.each(OPEN)('from status %i without money: REJECTED, before and after the deadline', (status) => {
    for (const passed of [false, true]) {
      for (const observed of [[], [transfer({ state: 'orphaned' })]]) {
        expect(assessPayment(status, terms({ payerDenied: true }), observed, passed).status).toBe(S.REJECTED);
      }
    }
  });

  test('money of another payer decides the status', () => {
    const denied = terms({ payerDenied: true });
    expect(assessPayment(S.PAYING, denied, [transfer()], true).status).toBe(S.CONFIRMED);
    expect(assessPayment(S.PAYING, denied, [transfer({ state: 'seen' })], true).status).toBe(S.ON_CHAIN);
  });

  test.each([S.TIMEOUT, S.CANCELED, S.CONFIRMED])('after verdict %i: nothing changes', (status) =>
    expect(assessPayment(status, terms({ payerDenied: true }), [], true).status).toBe(status),
  );
});

describe('the deny list', () => {
  test('is comma-separated and accepts any spelling of an address', async () => {
    const list = readDenyList({ SCREENING_DENY_LIST: ` ${ADDRESS.toLowerCase()}, ,${OTHER} ` });
    expect(list).toEqual([ADDRESS, OTHER]);
    const screening = createStaticScreening(list);
    expect(await screening.isDenied(ADDRESS)).toBe(true);
    expect(await screening.isDenied('0xdAC17F958D2ee523a2206206994597C13D831ec7')).toBe(false);
    expect(readDenyList({})).toEqual([]);
  });

  test.each(['0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', 'vitalik.eth', `${ADDRESS};${OTHER}`])(
    '%s stops the start and is not repeated in the message',
    (entry) => {
      const read = () => readDenyList({ SCREENING_DENY_LIST: `${OTHER},${entry}` });
      expect(read).toThrow(ConfigError);
      expect(read).toThrow(/^SCREENING_DENY_LIST: entry 2 is not an address/);
      expect(read).not.toThrow(entry);
    },
  );
});

describe('a pasted transaction hash', () => {
  const hash = `0x${'aB'.repeat(32)}`;
  test.each([
    hash,
    `  ${hash}\n`,
    `https://etherscan.io/tx/${hash}#eventlog`,
    `${hash} ${hash}`,
    hash.slice(2),
    ` ${hash.slice(2).toUpperCase()}\t`,
    `0X${hash.slice(2)}`,
    `https://explorer.example/transactions/${hash.slice(2)}?tab=logs`,
    `TxID: ${hash.slice(2)}.`,
    `${hash} = ${hash.slice(2)}`,
    `(${hash.slice(2)})`,
  ])('%s', (text) => expect(parseTxHash(text)).toBe(hash.toLowerCase()));
  test.each([
    '',
    '0x',
    `${hash}00`,
    `${hash.slice(2)}0`,
    `${hash.slice(2)}z`,
    `x${hash.slice(2)}`,
    `00${hash}`,
    `${hash.slice(2)}${hash.slice(2)}`,
    `${hash.slice(2)} ${'cd'.repeat(32)}`,
    hash.slice(0, -1),
    `${hash} 0x${'cd'.repeat(32)}`,
    hash + ' '.repeat(600),
  ])('rejects %j', (text) => expect(parseTxHash(text)).toBeUndefined());
});
