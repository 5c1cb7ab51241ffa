// Plain pages for developers: no scripts, and one small style sheet with the response's nonce. All values are escaped.
import type { FastifyReply } from 'fastify';

/** A text that is already HTML. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

type Part = string | number | Markup | readonly Markup[];

/** A template tag: values are escaped, markup is not. */
export const markup = (strings: TemplateStringsArray, ...values: readonly Part[]): Markup =>
  new Markup(
    strings.reduce((text, piece, index) => {
      const value = values[index - 1] ?? '';
      const shown =
        value instanceof Markup
          ? value.text
          : typeof value === 'object'
            ? value.map((part) => part.text).join('')
            : escaped(String(value));
      return text + shown + piece;
    }),
  );

const STYLE = `
:root{color-scheme:light dark;--bg:#F6F7F9;--surface:#fff;--line:#D9DEE5;--ink:#0E1726;--ink-2:#465264;--brand:#1557D6}
@media (prefers-color-scheme:dark){:root{--bg:#0B0F16;--surface:#131924;--line:#263041;--ink:#F1F4F8;--ink-2:#B4BECC;--brand:#6EA0FF}}
body{margin:0 auto;max-width:1100px;padding:24px 16px;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
a{color:var(--brand)} h1{font-size:24px;line-height:32px} .quiet{color:var(--ink-2)}
table{width:100%;border-collapse:collapse;background:var(--surface);border:1px solid var(--line);border-radius:12px}
th,td{text-align:left;padding:10px 14px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
nav{display:flex;flex-wrap:wrap;gap:14px;margin:12px 0} nav a[aria-current]{color:var(--ink);font-weight:600;text-decoration:none}
iframe{width:100%;height:900px;border:1px solid var(--line);border-radius:12px;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:16px}
`;

/** Sends a page. The response keeps its content security policy, and may frame pages of this server. */
export const sendPage = (reply: FastifyReply, nonce: string, title: string, body: Markup): FastifyReply => {
  const page = markup`<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style nonce="${nonce}">${new Markup(STYLE)}</style></head><body>${body}</body></html>`;
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page.text);
};

/** Sends the HTML of an e-mail. It may have styles and pictures, but no scripts, and only our pages may frame it. */
export const sendEmailHtml = (reply: FastifyReply, html: string): FastifyReply =>
  reply
    .headers({
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-top-navigation-by-user-activation",
      'x-frame-options': 'SAMEORIGIN',
      'cache-control': 'no-store',
    })
    .type('text/html; charset=utf-8')
    .send(html);
