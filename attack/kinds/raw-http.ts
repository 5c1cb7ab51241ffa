// Bytes on the wire that two servers could read in two ways.
import { type Client, openClient, statusesOf } from '../client.ts';
import { type Kind, tryTogether } from '../kind.ts';

interface Wire {
  name: string;
  bytes: string;
  /** Statuses that withstand. */
  isRight?(status: number): boolean;
  /** Most responses that may come. */
  responses?: number;
}

const rejected = (status: number): boolean => status === 0 || (status >= 400 && status < 500);

const wires = (host: string): Wire[] => {
  const H = `Host: ${host}\r\n`;
  const post = (headers: string, body = ''): string => `POST /v1/test/post HTTP/1.1\r\n${H}${headers}\r\n${body}`;
  const get = (line: string, headers = H): string => `${line}\r\n${headers}Connection: close\r\n\r\n`;
  const hidden = `GET /hidden HTTP/1.1\r\n${H}\r\n`;
  const bad = (name: string, bytes: string): Wire => ({ name, bytes });
  return [
    bad('CL and TE', post('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${hidden}`)),
    bad('TE and CL', post('Transfer-Encoding: chunked\r\nContent-Length: 40\r\n', `0\r\n\r\n${hidden}`)),
    bad('two Content-Length', post(`Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n`, hidden)),
    bad('Content-Length list', post('Content-Length: 0, 10\r\n', hidden)),
    bad('Content-Length +5', post('Content-Length: +5\r\n', 'abcde')),
    bad('Content-Length -1', post('Content-Length: -1\r\n', hidden)),
    bad('Content-Length 0x5', post('Content-Length: 0x5\r\n', 'abcde')),
    bad('TE xchunked', post('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${hidden}`)),
    bad('TE chunked, identity', post('Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${hidden}`)),
    bad('space before the colon', post('Content-Length : 5\r\n', 'abcde')),
    bad('obs-fold', get('GET / HTTP/1.1', `${H}X-A: b\r\n c\r\n`)),
    bad('bare LF', 'GET / HTTP/1.1\nHost: x\nConnection: close\n\n'),
    bad('bare CR in a header', get('GET / HTTP/1.1', `${H}X-A: b\rX-B: c\r\n`)),
    bad('NUL in a header', get('GET / HTTP/1.1', `${H}X-A: b\0c\r\n`)),
    bad('NUL in the target', get('GET /\0 HTTP/1.1')),
    bad('space in the target', get('GET /a b HTTP/1.1')),
    bad('chunk size too long', post('Transfer-Encoding: chunked\r\n', 'ffffffffffffffffff\r\nab\r\n0\r\n\r\n')),
    bad('chunk size -1', post('Transfer-Encoding: chunked\r\n', '-1\r\nab\r\n0\r\n\r\n')),
    bad('chunk without CRLF', post('Transfer-Encoding: chunked\r\n', '2\r\nabX0\r\n\r\n')),
    bad('header of 100 kB', get('GET / HTTP/1.1', `${H}X-A: ${'a'.repeat(100_000)}\r\n`)),
    bad('URL of 100 kB', get(`GET /${'a'.repeat(100_000)} HTTP/1.1`)),
    bad('3,000 headers', get('GET / HTTP/1.1', H + Array.from({ length: 3000 }, (_, i) => `X-${i}: a\r\n`).join(''))),
    bad('two Host headers', get('GET / HTTP/1.1', `${H}Host: evil.example\r\n`)),
    bad('the same Host twice', get('GET / HTTP/1.1', H + H)),
    bad('no Host', get('GET / HTTP/1.1', '')),
    bad('foreign Host', get('GET / HTTP/1.1', 'Host: evil.example\r\n')),
    bad('Host with userinfo', get('GET / HTTP/1.1', `Host: ${host}@evil.example\r\n`)),
    bad('Host of another port', get('GET / HTTP/1.1', `Host: ${host.split(':')[0]}:1\r\n`)),
    bad('X-Forwarded-Host', get('GET /nothing HTTP/1.1', `Host: evil.example\r\nX-Forwarded-Host: ${host}\r\n`)),
    bad('absolute form of another host', get('GET http://evil.example/ HTTP/1.1')),
    bad('absolute form with userinfo', get(`GET http://${host}@evil.example/ HTTP/1.1`)),
    bad('asterisk', get('GET * HTTP/1.1')),
    bad('OPTIONS *', get('OPTIONS * HTTP/1.1')),
    bad('no slash', get('GET v1/test/ping HTTP/1.1')),
    ...['//', '///', '//evil.example', '//evil.example/%2e%2e', '/\\', '/%2F/', '/\\evil.example'].map((path) =>
      bad(path, get(`GET ${path} HTTP/1.1`)),
    ),
    ...[
      'TRACE',
      'QUERY',
      'PUT',
      'DELETE',
      'PATCH',
      'PROPFIND',
      'MKCOL',
      'LOCK',
      'PURGE',
      'SEARCH',
      'M-SEARCH',
      'LINK',
    ].flatMap((method) => [
      bad(`${method} /`, get(`${method} / HTTP/1.1`)),
      bad(`${method} /v1/test/ping`, get(`${method} /v1/test/ping HTTP/1.1`)),
    ]),
    bad('CONNECT', get('CONNECT evil.example:443 HTTP/1.1')),
    bad('an unknown method', get('ABCDEF / HTTP/1.1')),
    bad('HTTP/0.9', 'GET /\r\n'),
    bad('HTTP/3.0', get('GET / HTTP/3.0')),
    {
      ...bad('h2c upgrade', get('GET / HTTP/1.1', `${H}Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n`)),
      isRight: (status) => status !== 101 && status < 500,
    },
    { ...bad('HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n') },
    {
      ...bad(
        'websocket upgrade',
        get(
          'GET / HTTP/1.1',
          `${H}Upgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n`,
        ),
      ),
      isRight: (status) => status !== 101 && status < 500,
    },
  ];
};

const judge = async (client: Client, { bytes, isRight = rejected }: Wire): Promise<string | null> => {
  const text = await client.speak(bytes, 2_500);
  const statuses = statusesOf(text);
  const [first = 0] = statuses;
  if (/\n\s+at .*\.(ts|js):\d+/.test(text)) return 'a stack trace';
  if (!isRight(first)) return `status ${first}`;
  // A second response would be of the hidden request.
  return statuses.slice(1).some((status) => status === 200 || status === 404) ? `a second response: ${statuses}` : null;
};

export const rawHttpKinds: readonly Kind[] = [
  {
    name: 'raw-http',
    title: 'HTTP: lengths, hosts, targets, methods, sizes',
    run: async ({ target }) => {
      const client = openClient(target.url);
      return await tryTogether(
        wires(new URL(target.url).host),
        ({ name }) => name,
        (wire) => judge(client, wire),
      );
    },
  },
];
