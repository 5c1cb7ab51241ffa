// What the documentation has about some words.
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { searchGuide } from '../docs/search.server.ts';

const MAX_LENGTH = 100;

export const meta: MetaFunction = () => [{ title: 'Search · AllScale Checkout' }];

export const loader = ({ request, context }: LoaderFunctionArgs) => {
  const query = (new URL(request.url).searchParams.get('q') ?? '').trim().slice(0, MAX_LENGTH);
  return { query, hits: query ? searchGuide(query, context.publicUrl) : [] };
};

export default function DocsSearch() {
  const { query, hits } = useLoaderData<typeof loader>();
  return (
    <article>
      <h1>{query ? `Search: ${query}` : 'Search'}</h1>
      <p role="status">{query ? `${hits.length === 0 ? 'Nothing' : hits.length} found.` : 'Type some words above.'}</p>
      <ul className="docs-list">
        {hits.map(({ href, page, section, excerpt }) => (
          <li key={href}>
            <a href={href}>{section ? `${page}: ${section}` : page}</a>
            <p>{excerpt}</p>
          </li>
        ))}
      </ul>
    </article>
  );
}
