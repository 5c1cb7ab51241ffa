// One provider's subscription to new heads over WebSocket. It ends when the socket closes, is silent, or its heads are not on the chain,
// and begins again after waits that grow until its heads prove good. undici's WebSocket: the messages stay raw, so that headers can be
// proven, and it is the client of all other calls.
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, WebSocket } from 'undici';
import { type Header, parseHeader } from './block-reader.ts';

export interface HeadSocketOptions {
  url: string;
  /** For logs: a URL may carry a key. */
  name: string;
  chainId: number;
  /** Without news for this long, the subscription ends. */
  silentMs: number;
  /** @returns whether the head was news, which keeps the subscription */
  onHead: (head: Header) => boolean;
  onCall: (method: string) => void;
  /** The subscription ended, and is tried again after a wait. */
  onEnd: (reason: string, waitMs: number) => void;
}

export interface HeadSocket {
  readonly name: string;
  /** A head of this subscription is on the chain. */
  praise(): void;
  /** A head of this subscription is not on the chain. After some in a row the subscription ends. */
  blame(): void;
  close(): Promise<void>;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;
const CONNECT_MS = 5_000;
/** A header has less than two kilobytes. */
const MAX_MESSAGE_BYTES = 64 * 1024;
const FAULTS_IN_A_ROW = 3;
/** Good heads after which the next wait is the first one again. */
const GOOD_HEADS = 8;
const CHAIN_ID = 1;
const SUBSCRIBE = 2;

interface Message {
  id?: unknown;
  result?: unknown;
  error?: { message?: unknown } | null;
  method?: unknown;
  params?: { result?: unknown } | null;
}

export const createHeadSocket = (options: HeadSocketOptions): HeadSocket => {
  const { url, name, chainId, silentMs, onHead, onCall, onEnd } = options;
  const agent = new Agent({ connect: { timeout: CONNECT_MS }, webSocket: { maxPayloadSize: MAX_MESSAGE_BYTES } });
  const closed = new AbortController();
  let failures = 0;
  let faults = 0;
  let goodHeads = 0;
  /** Ends the current subscription. */
  let end: (reason: string) => void = () => {};

  /** @returns why it ended */
  const subscribeOnce = async (): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const socket = new WebSocket(url, { dispatcher: agent });
    let isRightChain = false;
    const silence = setTimeout(() => resolve('silent'), Math.max(silentMs, CONNECT_MS));
    const ask = (id: number, method: string, params: readonly unknown[]): void => {
      onCall(method);
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    };
    const hear = ({ id, result, error, method, params }: Message): void => {
      if (error) resolve(`rejected: ${String(error.message).slice(0, 200)}`);
      else if (id === CHAIN_ID && Number(result) !== chainId) resolve(`serves chain ${Number(result)}, not ${chainId}`);
      else if (id === CHAIN_ID) {
        isRightChain = true;
        ask(SUBSCRIBE, 'eth_subscribe', ['newHeads']);
      } else if (method === 'eth_subscription' && isRightChain) {
        if (onHead(parseHeader(name, params?.result, true))) silence.refresh();
      }
    };
    socket.addEventListener('open', () => ask(CHAIN_ID, 'eth_chainId', []));
    socket.addEventListener('error', () => resolve('not reachable'));
    socket.addEventListener('close', ({ code }) => resolve(`closed (${code})`));
    socket.addEventListener('message', ({ data }) => {
      try {
        hear(JSON.parse(String(data)) as Message);
      } catch (error) {
        resolve(`malformed: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
    end = resolve;
    try {
      return await promise;
    } finally {
      end = () => {};
      clearTimeout(silence);
      if (socket.readyState < WebSocket.CLOSING) socket.close();
    }
  };

  const run = async (): Promise<void> => {
    while (!closed.signal.aborted) {
      faults = 0;
      goodHeads = 0;
      const reason = await subscribeOnce();
      if (closed.signal.aborted) return;
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
      failures += 1;
      onEnd(reason, waitMs);
      await delay(waitMs, undefined, { signal: closed.signal }).catch(() => {});
    }
  };
  const running = run();

  return {
    name,
    praise() {
      faults = 0;
      goodHeads += 1;
      if (goodHeads >= GOOD_HEADS) failures = 0;
    },
    blame() {
      faults += 1;
      goodHeads = 0;
      if (faults >= FAULTS_IN_A_ROW) end('its heads are not on the chain');
    },
    async close() {
      closed.abort();
      end('stopped');
      await running;
      await agent.destroy();
    },
  };
};
