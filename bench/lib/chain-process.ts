// A node of a made-up chain in a process of its own: `node chain-process.ts CHAIN BLOCKS ADDRESSES`. ADDRESSES is a file with one
// address a line; each third transfer goes to one of them. Every block has two transfers, everything is final. Prints a
// MadeUpNode as JSON.
// The responses are made before the first request, so that a reader's time is not this process's.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { hexNumber } from '#chain/block-reader.ts';
import { hashOfHeader } from '#chain/header-proof.ts';
import { bloomOfLogs } from '#chain/logs-bloom.ts';
import { abiWord } from '#domain/abi.ts';
import type { Hex } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { DECIMALS_CALLDATA, TRANSFER_TOPIC, topicOfAddress } from '#domain/erc20.ts';

export interface MadeUpNode {
  url: string;
  /** Of block 0. */
  genesis: Hex;
}

interface Call {
  id: number;
  method: string;
  params: readonly unknown[];
}

const LOGS_PER_BLOCK = 2;
const ONE_IN = 3;

const [chainId = '', count = '', addressFile = ''] = process.argv.slice(2);
const chain = chainById(Number(chainId));
const blocks = Number(count);
const token = chain.tokens[0];
if (!token) throw new Error(`chain ${chainId} has no token`);
const watched = readFileSync(addressFile, 'utf8').trimEnd().split('\n') as Hex[];
const genesisTime = Math.floor(Date.now() / 1000) - blocks * chain.blockSeconds;

const hashOf = (what: string, number: number): Hex =>
  `0x${createHash('sha256').update(`${what} ${number}`).digest('hex')}`;
const addressOf = (what: string, number: number): Hex => hashOf(what, number).slice(0, 42) as Hex;

/** Without the hash of its block, which comes of the logs. */
const logsOf = (number: number) =>
  Array.from({ length: number === 0 ? 0 : LOGS_PER_BLOCK }, (_, index) => {
    const nth = (number - 1) * LOGS_PER_BLOCK + index;
    const to = nth % ONE_IN === 0 ? watched[nth / ONE_IN] : addressOf('stranger', nth);
    return {
      address: token.address.toLowerCase() as Hex,
      topics: [
        TRANSFER_TOPIC,
        topicOfAddress(addressOf('payer', nth)),
        topicOfAddress(to ?? addressOf('stranger', nth)),
      ],
      data: `0x${abiWord(10n ** BigInt(token.decimals + 1))}`,
      blockNumber: hexNumber(number),
      transactionHash: hashOf('transaction', nth),
      transactionIndex: hexNumber(index),
      logIndex: hexNumber(index),
      removed: false,
    };
  });

const zeros = (digits: number): Hex => `0x${'0'.repeat(digits)}`;

/** Its hash is that of its fields, as on a real chain. */
const headerOf = (number: number, parentHash: Hex, logs: ReturnType<typeof logsOf>) => {
  const fields = {
    number: hexNumber(number),
    parentHash,
    timestamp: hexNumber(genesisTime + number * chain.blockSeconds),
    logsBloom: `0x${Buffer.from(bloomOfLogs(logs)).toString('hex')}`,
    baseFeePerGas: '0x7',
    gasLimit: '0x1c9c380',
    gasUsed: '0x1c9c38',
    difficulty: '0x0',
    extraData: '0x',
    miner: zeros(40),
    mixHash: zeros(64),
    nonce: zeros(16),
    receiptsRoot: hashOf('receipts', number),
    sha3Uncles: zeros(64),
    size: '0x400',
    stateRoot: hashOf('state', number),
    transactionsRoot: hashOf('transactions', number),
    transactions: logs.map(({ transactionHash }) => transactionHash),
    uncles: [],
  };
  return { ...fields, hash: hashOfHeader(fields) };
};

const logTexts: string[] = [];
const headerTexts: string[] = [];
let parentHash = zeros(64);
let genesis = parentHash;
for (let number = 0; number <= blocks; number += 1) {
  const logs = logsOf(number);
  const header = headerOf(number, parentHash, logs);
  logTexts.push(logs.map((log) => JSON.stringify({ ...log, blockHash: header.hash })).join(','));
  headerTexts.push(JSON.stringify(header));
  parentHash = header.hash;
  if (number === 0) genesis = header.hash;
}

const numberOf = (value: unknown): number =>
  Number(value === 'latest' || value === 'safe' || value === 'finalized' ? blocks : value);
const symbol = `0x${abiWord(32n)}${abiWord(4n)}${Buffer.from('USDT').toString('hex').padEnd(64, '0')}`;

/** The result as JSON text. */
const resultOf = ({ method, params }: Call): string => {
  const [first] = params;
  if (method === 'eth_chainId') return `"${hexNumber(chain.id)}"`;
  if (method === 'eth_getBlockByNumber') return headerTexts[numberOf(first)] ?? 'null';
  if (method === 'eth_getLogs') {
    const { fromBlock, toBlock } = first as { fromBlock: Hex; toBlock: Hex };
    return `[${logTexts
      .slice(numberOf(fromBlock), numberOf(toBlock) + 1)
      .filter((text) => text !== '')
      .join(',')}]`;
  }
  if (method === 'eth_call') {
    const { to, data } = first as { to: string; data: string };
    const asked = chain.tokens.find(({ address }) => address === to);
    const name =
      asked?.coin === 2
        ? symbol.replace(Buffer.from('USDT').toString('hex'), Buffer.from('USDC').toString('hex'))
        : symbol;
    return data === DECIMALS_CALLDATA ? `"0x${abiWord(BigInt(asked?.decimals ?? 0))}"` : `"${name}"`;
  }
  throw new Error(`the made-up chain has no ${method}`);
};

const responseTo = (call: Call): string => `{"jsonrpc":"2.0","id":${call.id},"result":${resultOf(call)}}`;

const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = JSON.parse(Buffer.concat(parts).toString()) as Call | Call[];
  response.setHeader('content-type', 'application/json');
  response.end(Array.isArray(body) ? `[${body.map(responseTo).join(',')}]` : responseTo(body));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const node: MadeUpNode = { url: `http://127.0.0.1:${address.port}`, genesis };
  process.stdout.write(`${JSON.stringify(node)}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();
