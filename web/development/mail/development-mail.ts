// `/dev/mailbox`: the e-mails of the development system, as HTML, plain text and source. Only loaded in development
// (web/http/pages-plugin.ts).
import type { FastifyPluginAsync } from 'fastify';
import { listMailbox, readMailboxMessage } from '#db/delivery/mailbox.ts';
import type { Orm } from '#db/orm.ts';
import { type Markup, markup, sendEmailHtml, sendPage } from './html.ts';

export interface DevelopmentMailOptions {
  orm: Orm;
}

const hidden = { schema: { hide: true } };
const VIEWS = { html: 'HTML', text: 'Plain text', source: 'Source' } as const;
type View = keyof typeof VIEWS;
const viewOf = (text: string | undefined): View =>
  text !== undefined && Object.hasOwn(VIEWS, text) ? (text as View) : 'html';

const tabs = (urlOf: (view: View) => string, current: View): Markup =>
  markup`<nav>${(Object.keys(VIEWS) as View[]).map((view) =>
    view === current
      ? markup`<a href="${urlOf(view)}" aria-current="page">${VIEWS[view]}</a>`
      : markup`<a href="${urlOf(view)}">${VIEWS[view]}</a>`,
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
      markup`<h1>Mailbox</h1><p class="quiet">Every e-mail of this development system, newest first.</p>
${all}${rows.length > 0 ? table : markup`<p>No e-mail yet.</p>`}`,
    );
  });

  app.get<{ Params: { id: string }; Querystring: { view?: string } }>(
    '/dev/mailbox/:id',
    hidden,
    async (request, reply) => {
      const message = await readMailboxMessage(orm.em, request.params.id);
      if (!message) return reply.code(404).type('text/plain').send('There is no such e-mail.');
      const view = viewOf(request.query.view);
      const url = `/dev/mailbox/${message.id}`;
      return sendPage(
        reply,
        request.cspNonce,
        message.subjectLine,
        markup`<p><a href="/dev/mailbox">Mailbox</a></p><h1>${message.subjectLine}</h1>
<p class="quiet">To ${message.recipient}, ${message.receivedAt.toISOString()}</p>
${tabs((other) => `${url}?view=${other}`, view)}
${view === 'html' ? markup`<iframe src="${url}/html" title="${message.subjectLine}"></iframe>` : markup`<pre>${view === 'text' ? message.plainText : message.source}</pre>`}`,
      );
    },
  );

  app.get<{ Params: { id: string } }>('/dev/mailbox/:id/html', hidden, async (request, reply) => {
    const message = await readMailboxMessage(orm.em, request.params.id);
    if (!message) return reply.code(404).type('text/plain').send('There is no such e-mail.');
    return sendEmailHtml(reply, message.html);
  });
};
