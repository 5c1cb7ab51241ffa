// `/dev/mailbox`: what the development system mailed, as HTML, plain text and source. `/dev/emails`: every template with sample
// data. web/http/pages-plugin.ts loads this module in development, and in no other case: a production process never holds it.
import type { FastifyPluginAsync } from 'fastify';
import { listMailbox, readMailboxMessage } from '#db/delivery/mailbox.ts';
import type { Orm } from '#db/orm.ts';
import { EMAIL_KINDS, type EmailKind } from '#domain/email-data.ts';
import { DEFAULT_LANGUAGE, LANGUAGES, type Language } from '#domain/languages.ts';
import { renderEmail } from '#emails/render-email.ts';
import { sampleInput } from '#emails/samples.ts';
import { type Markup, markup, sendEmailHtml, sendPage } from './html.ts';

export interface DevelopmentMailOptions {
  orm: Orm;
}

const hidden = { schema: { hide: true } };
const VIEWS = { html: 'HTML', text: 'Plain text', source: 'Source' } as const;
type View = keyof typeof VIEWS;
const viewOf = (text: string | undefined): View =>
  text !== undefined && Object.hasOwn(VIEWS, text) ? (text as View) : 'html';

const tabs = (address: (view: View) => string, current: View): Markup =>
  markup`<nav>${(Object.keys(VIEWS) as View[]).map((view) =>
    view === current
      ? markup`<a href="${address(view)}" aria-current="page">${VIEWS[view]}</a>`
      : markup`<a href="${address(view)}">${VIEWS[view]}</a>`,
  )}</nav>`;

export const developmentMail: FastifyPluginAsync<DevelopmentMailOptions> = async (app, { orm }) => {
  app.get<{ Querystring: { to?: string } }>('/dev/mailbox', hidden, async (request, reply) => {
    const to = request.query.to || null;
    const messages = await listMailbox(orm.em, to);
    const rows = messages.map(
      ({
        id,
        recipient,
        subjectLine,
        receivedAt,
      }) => markup`<tr><td><a href="/dev/mailbox/${id}">${subjectLine}</a></td>
<td><a href="/dev/mailbox?to=${encodeURIComponent(recipient)}">${recipient}</a></td><td>${receivedAt.toISOString()}</td></tr>`,
    );
    const table = markup`<table><thead><tr><th>Subject</th><th>To</th><th>Received</th></tr></thead><tbody>${rows}</tbody></table>`;
    const all = to === null ? [] : [markup`<p>To ${to}. <a href="/dev/mailbox">Show all</a></p>`];
    return sendPage(
      reply,
      request.cspNonce,
      'Mailbox',
      markup`<h1>Mailbox</h1><p class="quiet">Everything that this development system mails ends here, newest first. <a href="/dev/emails">All templates</a></p>
${all}${rows.length > 0 ? table : markup`<p>Nothing was mailed yet.</p>`}`,
    );
  });

  app.get<{ Params: { id: string }; Querystring: { view?: string } }>(
    '/dev/mailbox/:id',
    hidden,
    async (request, reply) => {
      const message = await readMailboxMessage(orm.em, request.params.id);
      if (!message) return reply.code(404).type('text/plain').send('There is no such message.');
      const view = viewOf(request.query.view);
      const address = `/dev/mailbox/${message.id}`;
      return sendPage(
        reply,
        request.cspNonce,
        message.subjectLine,
        markup`<p><a href="/dev/mailbox">Mailbox</a></p><h1>${message.subjectLine}</h1>
<p class="quiet">To ${message.recipient}, ${message.receivedAt.toISOString()}</p>
${tabs((other) => `${address}?view=${other}`, view)}
${view === 'html' ? markup`<iframe src="${address}/html" title="${message.subjectLine}"></iframe>` : markup`<pre>${view === 'text' ? message.plainText : message.source}</pre>`}`,
      );
    },
  );

  app.get<{ Params: { id: string } }>('/dev/mailbox/:id/html', hidden, async (request, reply) => {
    const message = await readMailboxMessage(orm.em, request.params.id);
    if (!message) return reply.code(404).type('text/plain').send('There is no such message.');
    return sendEmailHtml(reply, message.html);
  });

  app.get<{ Querystring: Choice }>('/dev/emails', hidden, async (request, reply) => {
    const { kind, language, view } = chosen(request.query);
    const { subject, text } = await renderEmail(sampleInput(kind, language));
    const address = (change: Partial<Record<'kind' | 'lang' | 'view', string>>): string =>
      `/dev/emails?${new URLSearchParams({ kind, lang: language, view, ...change })}`;
    const link = (label: string, url: string, isCurrent: boolean): Markup =>
      isCurrent ? markup`<a href="${url}" aria-current="page">${label}</a>` : markup`<a href="${url}">${label}</a>`;
    const frame = `/dev/emails/html?${new URLSearchParams({ kind, lang: language })}`;
    return sendPage(
      reply,
      request.cspNonce,
      'E-mails',
      markup`<h1>E-mails</h1><p class="quiet">Every template with sample data. <a href="/dev/mailbox">Mailbox</a></p>
<nav>${EMAIL_KINDS.map((name) => link(name, address({ kind: name }), name === kind))}</nav>
<nav>${Object.entries(LANGUAGES).map(([tag, name]) => link(name, address({ lang: tag }), tag === language))}</nav>
<nav>${(['html', 'text'] as const).map((name) => link(VIEWS[name], address({ view: name }), name === view))}</nav>
<p><strong>${subject}</strong></p>
${view === 'html' ? markup`<iframe src="${frame}" title="${subject}"></iframe>` : markup`<pre>${text}</pre>`}`,
    );
  });

  app.get<{ Querystring: Choice }>('/dev/emails/html', hidden, async (request, reply) => {
    const { kind, language } = chosen(request.query);
    return sendEmailHtml(reply, (await renderEmail(sampleInput(kind, language))).html);
  });
};

interface Choice {
  kind?: string;
  lang?: string;
  view?: string;
}

const chosen = ({ kind, lang, view }: Choice): { kind: EmailKind; language: Language; view: 'html' | 'text' } => ({
  kind: EMAIL_KINDS.find((name) => name === kind) ?? 'order_paid',
  language: lang !== undefined && Object.hasOwn(LANGUAGES, lang) ? (lang as Language) : DEFAULT_LANGUAGE,
  view: view === 'text' ? 'text' : 'html',
});
