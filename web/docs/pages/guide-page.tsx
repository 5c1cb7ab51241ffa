// One page of the guide.
import type { AppLoadContext, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { GUIDE, guidePage } from '../content/guide.server.ts';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data?.title ?? 'Not found'} · AllScale Checkout` },
  ...(data
    ? [
        { name: 'description', content: data.description },
        { tagName: 'link', rel: 'alternate', type: 'text/markdown', href: `/docs/${data.name}.md` },
      ]
    : []),
];

/** Of the visitor's newest test store that has one. Identifiers are public; a secret is never shown again. */
const testKeyOf = async (request: Request, { account, dashboard }: AppLoadContext): Promise<string | undefined> => {
  const session = await account.session(request);
  if (!session) return undefined;
  const stores = (await dashboard.access.stores(session.userId)).filter(
    ({ isTest, status }) => isTest && status === 'active',
  );
  for (const { id } of stores.toReversed()) {
    const keys = await dashboard.developers.keys(id);
    const key = keys.find((one) => one.state === 'live' && one.id.startsWith('st_test_'));
    if (key) return key.id;
  }
  return undefined;
};

export const loader = async ({ params, request, context }: LoaderFunctionArgs) => {
  const wanted = params.page ?? '';
  // The only page that shows a key.
  const testKey = wanted === 'quick-start' ? await testKeyOf(request, context) : undefined;
  const page = guidePage(wanted, context, { testKey });
  if (!page) throw new Response('Not found', { status: 404 });
  const { name, title, description, html, headings } = page;
  const at = GUIDE.findIndex((entry) => entry.name === name);
  return { name, title, description, html, headings, next: GUIDE[at + 1] ?? null };
};

export default function DocsPage() {
  const { name, html, headings, next } = useLoaderData<typeof loader>();
  return (
    <div className="docs-columns">
      <article>
        {/* Our own Markdown, rendered on the server. */}
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: nothing in it comes from a user */}
        <div dangerouslySetInnerHTML={{ __html: html }} />
        <footer>
          <a href={`/docs/${name}.md`}>This page as Markdown</a>
          {next ? <a href={`/docs/${next.name}`}>Next: {next.title}</a> : null}
        </footer>
      </article>
      {headings.length > 1 ? (
        <nav aria-label="On this page" className="docs-contents">
          <p>On this page</p>
          <ul>
            {headings.map(({ id, title }) => (
              <li key={id}>
                <a href={`#${id}`}>{title}</a>
              </li>
            ))}
          </ul>
        </nav>
      ) : null}
    </div>
  );
}
