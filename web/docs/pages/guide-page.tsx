// One page of the guide.
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
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

export const loader = ({ params, context }: LoaderFunctionArgs) => {
  const page = guidePage(params.page ?? '', context.publicUrl);
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
