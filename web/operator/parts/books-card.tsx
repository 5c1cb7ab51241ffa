// The last comparison of the books with the chains.
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import type { ChainsPageView } from '../server/operator-types.ts';

export function BooksCard({ books }: Pick<ChainsPageView, 'books'>) {
  return (
    <Card title="Books" lead="Ledger, orders and reports, compared with every chain at one block each. Once a day.">
      <p className="flex flex-wrap items-center gap-3 text-sm">
        {books === null ? (
          <Badge tone="warn">Not compared yet</Badge>
        ) : (
          <>
            <Badge tone={books.unexplained > 0 ? 'bad' : books.unverified > 0 ? 'warn' : 'ok'}>
              {books.unexplained > 0 ? `${books.unexplained} differences not explained` : 'No unexplained difference'}
            </Badge>
            {books.unverified > 0 ? `${books.unverified} chains could not be read; ` : null}
            {`${books.explained} explained; compared `}
            <LocalTime iso={books.at} timeZone="UTC" />
          </>
        )}
      </p>
      {books && books.unexplained + books.unverified > 0 ? (
        <p className="mt-2 text-sm text-ink-2">
          <code>admin -- books verify</code> names each difference by its two records.
        </p>
      ) : null}
    </Card>
  );
}
