// A wallet's balances and the cost of a transfer, in one JSON-RPC batch for each chain.
import { isRpcError, malformed } from '#chain/rpc-errors.ts';
import { abiWord } from '#domain/abi.ts';
import type { Address, Hex } from '#domain/address.ts';
import { type Chain, isPrimaryToken, type Token } from '#domain/chains.ts';
import { balanceFromResult, balanceOfCalldata, transferCalldata } from '#domain/erc20.ts';
import { type BaseUnits, formatDecimal, type Wei, weiOf } from '#domain/money.ts';
import type { PayableAddress } from '#domain/payable-address.ts';
import type { ChainBalances } from '#web/account/server/account-types.ts';
import type { ChainAccess } from './chain-access.ts';
import { quantityOf } from './quantity.ts';

/** GasPriceOracle of OP-stack chains: what a transaction pays for its bytes on Ethereum, an upper bound. */
const OP_ORACLE = '0x420000000000000000000000000000000000000F';
const GET_L1_FEE_UPPER_BOUND = '0xf1c7a58b';
/** Bytes of a signed token transfer, rounded up. */
const TRANSFER_BYTES = 180n;

const balanceCall = (token: Address, owner: Address) => ({
  method: 'eth_call',
  params: [{ to: token, data: balanceOfCalldata(owner) }, 'latest'],
});

/** Balances of every token on every enabled chain, read in parallel. A chain that does not respond has none. */
export const readBalances = (access: ChainAccess, owner: Address): Promise<ChainBalances[]> =>
  Promise.all(access.chains.map((chain) => readChain(access, chain, owner)));

const readChain = async (access: ChainAccess, chain: Chain, owner: Address): Promise<ChainBalances> => {
  const { id: chainId, name, mark, nativeSymbol, local } = chain;
  const known = { chainId, name, mark, nativeSymbol, local };
  try {
    const [native, ...balances] = await access
      .pool(chainId)
      .use((provider) =>
        provider.batch([
          { method: 'eth_getBalance', params: [owner, 'latest'] },
          ...chain.tokens.map(({ address }) => balanceCall(address, owner)),
        ]),
      );
    const wei = quantityOf(native);
    const amounts = balances.map(balanceFromResult);
    if (wei === undefined || amounts.includes(undefined)) return { ...known, balances: null };
    return {
      ...known,
      balances: {
        native: formatDecimal(wei, 18, 0),
        tokens: chain.tokens.map((token, index) => ({
          token: token.address,
          symbol: token.name,
          isPrimary: isPrimaryToken(chain, token),
          amount: formatDecimal(amounts[index] ?? 0n, token.decimals, 2),
        })),
      },
    };
  } catch (error) {
    if (!isRpcError(error)) throw error;
    return { ...known, balances: null };
  }
};

/** What a transfer of one token would cost, in base units and wei. */
export interface TransferQuote {
  token: Token;
  balance: BaseUnits;
  gasLimit: bigint;
  maxFeePerGas: Wei;
  maxPriorityFeePerGas: Wei;
  /** The estimated cost. */
  feeWei: Wei;
  /** What the account must hold for a node to accept the transaction. */
  neededWei: Wei;
  native: Wei;
  /** The account's next nonce, pending transactions counted. */
  nonce: number;
}

export interface WantedTransfer {
  token: Token;
  recipient: PayableAddress;
  amountBaseUnits: BaseUnits;
}

/** Quotes for several transfers of one wallet on one chain, in one request. Throws RpcError when no provider responds. */
export const quoteTransfers = async (
  access: ChainAccess,
  chain: Chain,
  owner: Address,
  wanted: readonly WantedTransfer[],
): Promise<TransferQuote[]> => {
  const responses = await access.pool(chain.id).use((provider) =>
    provider.batch([
      { method: 'eth_getBalance', params: [owner, 'latest'] },
      { method: 'eth_getTransactionCount', params: [owner, 'pending'] },
      { method: 'eth_getBlockByNumber', params: ['latest', false] },
      { method: 'eth_gasPrice', params: [] },
      { method: 'eth_maxPriorityFeePerGas', params: [] },
      chain.isOpStack
        ? {
            method: 'eth_call',
            params: [{ to: OP_ORACLE, data: GET_L1_FEE_UPPER_BOUND + abiWord(TRANSFER_BYTES) }, 'latest'],
          }
        : { method: 'eth_chainId', params: [] },
      ...wanted.flatMap(({ token: { address: to }, recipient, amountBaseUnits }) => {
        const data: Hex = transferCalldata(recipient, amountBaseUnits);
        return [balanceCall(to, owner), { method: 'eth_estimateGas', params: [{ from: owner, to, data }] }];
      }),
    ]),
  );
  const [nativeResponse, countResponse, block, priceResponse, tipResponse, layerOneResponse, ...perToken] = responses;
  const native = weiOf(required(chain, nativeResponse, quantityOf));
  const nonce = Number(required(chain, countResponse, quantityOf));
  const gasPrice = required(chain, priceResponse, quantityOf);
  const baseFee = quantityOf((block as { baseFeePerGas?: unknown } | null)?.baseFeePerGas) ?? 0n;
  const tip = weiOf(quantityOf(tipResponse) ?? (gasPrice > baseFee ? gasPrice - baseFee : 0n));
  const layerOneFee = chain.isOpStack ? (quantityOf(layerOneResponse) ?? 0n) : 0n;
  // The base fee may double while a person reads the review.
  const maxFeePerGas = weiOf(baseFee * 2n + tip);
  return wanted.map(({ token }, index) => {
    const estimate = quantityOf(perToken[index * 2 + 1]);
    // Gas cannot be estimated for a wallet that cannot pay yet.
    const gasLimit = estimate === undefined ? chain.transferGas : (estimate * 12n) / 10n;
    return {
      token,
      balance: required(chain, perToken[index * 2], balanceFromResult),
      gasLimit,
      maxFeePerGas,
      maxPriorityFeePerGas: tip,
      feeWei: weiOf((estimate ?? gasLimit) * (baseFee + tip) + layerOneFee),
      neededWei: weiOf(gasLimit * maxFeePerGas + layerOneFee),
      native,
      nonce,
    };
  });
};

const required = <T extends bigint>(
  chain: Chain,
  response: unknown,
  decode: (response: unknown) => T | undefined,
): T => {
  const value = decode(response);
  if (value === undefined) throw isRpcError(response) ? response : malformed(chain.name, 'responded with no quantity');
  return value;
};
