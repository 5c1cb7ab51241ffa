// "I already sent it" for money that is none of our coins: native coin and unknown tokens at the deposit address, on a real chain.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRpcPool } from '#chain/rpc-pool.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { StrayMoney } from '#db/entities/token.entity.ts';
import { type Address, toChecksumAddress, ZERO_ADDRESS } from '#domain/address.ts';
import { mintCalldata, TRANSFER_TOPIC, transferCalldata } from '#domain/erc20.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { startLyingRpc } from '#simulate/doubles/lying-rpc.ts';
import { randomAddress } from '#test/support/intents.ts';
import { createClaimCheck } from '#web/checkout/server/claim-service.ts';
import {
  A,
  chain,
  claim,
  closeClaims,
  intent,
  kindOf,
  openClaims,
  openIntent,
  PLENTY,
  stopWatching,
  world,
} from './claim-world.ts';

beforeAll(openClaims);
afterAll(closeClaims);
beforeEach(openIntent);
afterEach(stopWatching);

describe('native coin', () => {
  const ETH = 10n ** 18n;
  const THREE_THOUSANDTHS = `0x${(3n * 10n ** 15n).toString(16)}`;
  const word = (address: string): string => address.slice(2).toLowerCase().padStart(64, '0');
  /** A contract that passes the coin it gets on to the address in its calldata. */
  const FORWARD = '5f5f5f5f345f355af100';
  const contractOf = async (code: string): Promise<Address> => {
    const address = randomAddress();
    await chain.call('anvil_setCode', [address, `0x${code}`]);
    return address;
  };
  const strays = () =>
    world.orm.em
      .fork()
      .find(StrayMoney, { intent: intent.id }, { orderBy: { id: 'asc' } })
      .then((rows) =>
        rows.map(({ chainId, token, symbol, amountBaseUnits, sender, txHash, foundBy }) => ({
          chainId,
          token,
          symbol,
          amountBaseUnits,
          sender,
          txHash,
          foundBy,
        })),
      );

  it('that a contract forwarded is named as such, and opens one row that changes no status', async () => {
    const forwarder = await contractOf(FORWARD);
    const txHash = await chain.send(forwarder, `0x${word(intent.depositAddress)}`, { value: THREE_THOUSANDTHS });
    for (let twice = 0; twice < 2; twice += 1) {
      expect(await claim(txHash)).toEqual({ kind: 'nativeCoin', network: 'Local Chain A', symbol: 'ETH' });
    }
    expect(await strays()).toEqual([
      {
        chainId: A,
        token: ZERO_ADDRESS,
        symbol: 'ETH',
        amountBaseUnits: 3n * 10n ** 15n,
        sender: toChecksumAddress(chain.payer),
        txHash,
        foundBy: 'claim',
      },
    ]);
    const { status } = await world.orm.em.fork().findOneOrFail(CheckoutIntent, { id: intent.id });
    expect(status).toBe(IntentStatus.TEMP_WALLET_RECEIVED);
    expect((await world.timelineOf(intent.id)).filter((kind) => kind === 'stray_found')).toHaveLength(1);
  });

  it('that a swap paid out, beside its own token transfers', async () => {
    const topic = TRANSFER_TOPIC.slice(2);
    const log = `60015f527f${word(randomAddress())}7f${word(randomAddress())}7f${topic}60205fa3`;
    const swap = await contractOf(log + FORWARD);
    const txHash = await chain.send(swap, `0x${word(intent.depositAddress)}`, { value: THREE_THOUSANDTHS });
    expect(await kindOf(txHash)).toBe('nativeCoin');
    expect(await strays()).toHaveLength(1);

    // Another transaction of the same contract pays somebody else: what lies here came from the first.
    const elsewhere = await chain.send(swap, `0x${word(randomAddress())}`, { value: THREE_THOUSANDTHS });
    expect(await kindOf(elsewhere)).toBe('otherRecipient');
  });

  it('that went to a contract and not on to this checkout is no coin that we can see', async () => {
    const forwarder = await contractOf(FORWARD);
    const txHash = await chain.send(forwarder, `0x${word(randomAddress())}`, { value: THREE_THOUSANDTHS });
    expect(await kindOf(txHash)).toBe('noPayment');
    const stranger = randomAddress();
    const plain = await chain.send(stranger, '0x', { value: THREE_THOUSANDTHS });
    expect(await claim(plain)).toMatchObject({ kind: 'otherRecipient', recipient: stranger });
    expect(await strays()).toEqual([]);
  });

  it('below about a dollar is named, and opens nothing', async () => {
    const dust = await chain.send(intent.depositAddress, '0x', { value: `0x${(ETH / 3_001n).toString(16)}` });
    expect(await kindOf(dust)).toBe('nativeCoin');
    expect(await strays()).toEqual([]);
  });

  it('of a node without old state: what lies there decides', async () => {
    const forwarder = await contractOf(FORWARD);
    const txHash = await chain.send(forwarder, `0x${word(intent.depositAddress)}`, { value: THREE_THOUSANDTHS });
    const pruned = await startLyingRpc(chain.rpcUrl, {
      response: async (method, params, truth) => {
        if (method === 'eth_getBalance' && params[1] !== 'latest') throw new Error('missing trie node');
        return await truth();
      },
    });
    const pool = createRpcPool({ chainId: A, urls: [pruned.url], timeoutMs: 2_000 });
    const check = createClaimCheck({ orm: world.orm, pools: new Map([[A, pool]]), limits: PLENTY });
    expect(await check({ intentId: intent.id, text: txHash, clientAddress: '192.0.2.7' })).toMatchObject({
      kind: 'nativeCoin',
    });
    await pool.close();
    await pruned.stop();
  });

  it('an unknown token opens a row with what its contract says; no more than five of them', async () => {
    await chain.send(chain.fakeUsdt, mintCalldata(intent.depositAddress, baseUnitsOf(7_000_000n)));
    await chain.send(chain.fakeUsdt, mintCalldata(chain.payer, baseUnitsOf(5_000_000n)));
    const fake = await chain.send(chain.fakeUsdt, transferCalldata(intent.depositAddress, baseUnitsOf(5_000_000n)));
    expect(await kindOf(fake)).toBe('otherToken');
    expect(await strays()).toMatchObject([
      {
        token: chain.fakeUsdt,
        symbol: 'USDT',
        amountBaseUnits: 12_000_000n,
        sender: toChecksumAddress(chain.payer),
        foundBy: 'claim',
      },
    ]);
    const topic = TRANSFER_TOPIC.slice(2);
    for (let more = 0; more < 6; more += 1) {
      const code = `60015f527f${word(intent.depositAddress)}7f${word(randomAddress())}7f${topic}60205fa300`;
      const txHash = await chain.send(await contractOf(code), '0x');
      expect(await kindOf(txHash)).toBe('otherToken');
    }
    expect(await strays()).toHaveLength(5);
    const native = await chain.send(intent.depositAddress, '0x', { value: THREE_THOUSANDTHS });
    expect(await kindOf(native)).toBe('nativeCoin');
    expect(await strays()).toHaveLength(6);
  });

  it('takes a hash without 0x', async () => {
    const txHash = await chain.send(intent.depositAddress, '0x', { value: THREE_THOUSANDTHS });
    expect(await kindOf(txHash.slice(2).toUpperCase())).toBe('nativeCoin');
  });
});
