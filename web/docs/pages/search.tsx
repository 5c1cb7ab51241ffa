// The search results of the documentation.
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { queryOf, searchGuide } from '../content/search.server.ts';

export const meta: MetaFunction = () => [{ title: 'Search · AllScale Checkout' }];

export const loader = ({ request, context }: LoaderFunctionArgs) => {
  const query = queryOf(request);
  return { query, hits: query ? searchGuide(query, context) : [] };
};

export default function DocsSearch() {
  const { query, hits } = useLoaderData<typeof loader>();
  return (
    <article>
      <h1>{query ? `Search: ${query}` : 'Search'}</h1>
      <p role="status">
        {query ? `${hits.length === 0 ? 'Nothing' : hits.length} found.` : 'Enter a search term above.'}
      </p>
      {query && hits.length === 0 ? (
        <p>
          Try fewer or shorter words, the name of a field or a code, or browse <a href="/docs">all pages</a> and the{' '}
          <a href="/docs/reference">API reference</a>.
        </p>
      ) : null}
      <ul className="docs-list">
        {hits.map(({ href, page, section, excerpt }) => (
          <li key={href}>
            <a href={href}>{section ? `${page}: ${section}` : page}</a>
            <p>
              {excerpt.map(({ text, isMatch }, index) => {
                const key = `${index}`;
                return isMatch ? <mark key={key}>{text}</mark> : <span key={key}>{text}</span>;
              })}
            </p>
          </li>
        ))}
      </ul>
    </article>
  );
}
