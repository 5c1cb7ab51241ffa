// Pays on a local chain from an account that exists for one simulation. Its key is made from the simulation's id and is worth nothing:
// nobody has to keep it, and the transaction is the same bytes whenever it is made, so a payment that is sent again is sent once.
import { keccak256, toUtf8Bytes, Wallet } from 'ethers';
import { type Address, type Hex, toChecksumAddress } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import { mintCalldata, transferCalldata } from '#domain/erc20.ts';
import { UserError } from '#domain/errors.ts';
import type { BaseUnits } from '#domain/money.ts';
import { balanceOf, developmentAccount, localCall, sendFromNode } from './local-transfer.ts';

export interface SimulatedPayment {
  rpcUrl: string;
  chain: Chain;
  /** What the payer's account is made from. */
  simulationId: string;
  token: Address;
  to: string;
  /** In the token's own base units. */
  amountBaseUnits: BaseUnits;
}

const GAS_LIMIT = 200_000n;
/** Fixed, as all of the transaction: a local chain's blocks are nearly empty, so its base fee stays far below. */
const MAX_FEE_PER_GAS = 100n * 10n ** 9n;
const GAS_MONEY = GAS_LIMIT * MAX_FEE_PER_GAS;
/** Errors of a node that has the transaction already. */
const SENT_BEFORE = /already known|already imported|nonce too low|replacement transaction underpriced/i;

export interface PreparedPayment {
  txHash: Hex;
  /** Signed; null: the chain has it in a block. */
  raw: string | null;
}

/**
 * The payment once its payer has what it needs; null: that waits for its block. Safe to repeat.
 * Throws UserError: `not_local` when the node is of another chain, `chain_unreachable`, `chain_refused`, `no_account`, `no_token`.
 */
export const prepareSimulated = async (payment: SimulatedPayment): Promise<PreparedPayment | null> => {
  const { rpcUrl, chain, simulationId, token, to, amountBaseUnits } = payment;
  await refuseRealChain(rpcUrl, chain);
  const wallet = new Wallet(keccak256(toUtf8Bytes(`allscale checkout simulation ${simulationId}`)));
  const payer = toChecksumAddress(wallet.address);
  const nativeAt = async (block: string) => BigInt(await localCall<Hex>(rpcUrl, 'eth_getBalance', [payer, block]));
  const coinsAt = (block: 'latest' | 'pending') => balanceOf(rpcUrl, token, payer, block);

  const used = Number(await localCall<Hex>(rpcUrl, 'eth_getTransactionCount', [payer, 'latest']));
  if (used === 0) {
    const from = await developmentAccount(rpcUrl);
    if ((await nativeAt('pending')) < GAS_MONEY) {
      await sendFromNode(rpcUrl, { from, to: payer, value: `0x${GAS_MONEY.toString(16)}` });
    }
    if ((await coinsAt('pending')) < amountBaseUnits) {
      await sendFromNode(rpcUrl, { from, to: token, data: mintCalldata(payer, amountBaseUnits) });
    }
    if ((await nativeAt('latest')) < GAS_MONEY || (await coinsAt('latest')) < amountBaseUnits) return null;
  }
  const raw = await wallet.signTransaction({
    type: 2,
    chainId: chain.id,
    nonce: 0,
    to: token,
    data: transferCalldata(toChecksumAddress(to), amountBaseUnits),
    gasLimit: GAS_LIMIT,
    maxFeePerGas: MAX_FEE_PER_GAS,
    maxPriorityFeePerGas: 10n ** 9n,
  });
  return { txHash: keccak256(raw) as Hex, raw: used === 0 ? raw : null };
};

/** Sends what is not on the chain yet. Safe to repeat. Throws UserError `chain_unreachable`, `chain_refused`. */
export const sendSimulated = async (rpcUrl: string, { raw }: PreparedPayment): Promise<void> => {
  if (raw === null) return;
  await localCall(rpcUrl, 'eth_sendRawTransaction', [raw]).catch((error: unknown) => {
    if (!(error instanceof UserError && SENT_BEFORE.test(error.message))) throw error;
  });
};

/** An RPC URL can be mistaken: only a node that says that it is the local chain gets a transaction. */
const refuseRealChain = async (rpcUrl: string, chain: Chain): Promise<void> => {
  if (!chain.local) throw new UserError('not_local', `${chain.name} is not a local chain`);
  const chainId = Number(await localCall<Hex>(rpcUrl, 'eth_chainId', []));
  if (chainId !== chain.id) throw new UserError('not_local', `The node of ${chain.name} is of chain ${chainId}`);
};

/** The block that a transaction is in; null while it is in none. */
export const minedIn = async (rpcUrl: string, txHash: string): Promise<bigint | null> => {
  const receipt = await localCall<{ blockNumber: string } | null>(rpcUrl, 'eth_getTransactionReceipt', [txHash]);
  return receipt && BigInt(receipt.blockNumber);
};

export const localHead = async (rpcUrl: string): Promise<bigint> =>
  BigInt(await localCall<string>(rpcUrl, 'eth_blockNumber', []));
