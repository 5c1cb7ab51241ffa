// Orders that have ended, with money that can be refunded, put straight into the database.
import { randomBytes } from 'node:crypto';
import { type Address, toChecksumAddress } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import type { ApiServer, TestStore } from './api-server.ts';

const hex = (bytes: number) => `0x${randomBytes(bytes).toString('hex')}`;
export const randomPayer = (): Address => toChecksumAddress(hex(20));

/** The token of what is sent where no other is named. */
export const SENT_TOKEN = randomPayer();

interface Sent {
  from: Address;
  coins: number;
  chain?: number;
  token?: Address;
}

/** A closed order of 10 USDT to which these senders sent USDT; `chain` A and `token` SENT_TOKEN by default. @returns its id */
export const closedOrder = async (
  server: ApiServer,
  store: TestStore,
  sent: readonly Sent[],
  status = -5,
): Promise<IntentId> => {
  const { json } = await store.post('/v1/checkout_intents/', { stable_coin: 1, amount_cents: 1000 });
  const id: IntentId = json.payload.allscale_checkout_intent_id;
  for (const [index, { from, coins, chain = 31337, token = SENT_TOKEN }] of sent.entries())
    await server.query(
      `insert into token_transfer (chain_id, block_number, block_hash, block_time, tx_hash, log_index, token, coin, from_address, to_address,
        amount_base_units, amount_units, intent_id, state)
       values (?, 1, ?, now(), ?, ?, ?, 1, ?, ?, ?, ?, ?, 'confirmed')`,
      [chain, hex(32), hex(32), index, token, from, randomPayer(), coins * 1e6, `${coins}000000000000000000`, id],
    );
  await server.query('update checkout_intent set status = ? where id = ?', [status, id]);
  return id;
};
