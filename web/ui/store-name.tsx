// The name of a store as every list and page shows it: one on test networks carries the mark wherever it is named, so that
// nobody takes what it does for real money. The checkout has its own mark, in the shopper's language.

/** Also beside what is a test store's without naming it, as an audit entry, and beside test networks. */
export const TestMark = () => (
  <span
    data-testid="test-store"
    className="ml-1.5 inline-block rounded bg-warn-tint px-1.5 py-0.5 font-sans text-xs font-semibold whitespace-nowrap text-warn"
  >
    Test
  </span>
);

export function StoreName({ name, isTest }: { name: string; isTest: boolean }) {
  return (
    <span className="wrap-anywhere">
      {name}
      {isTest ? (
        <>
          {' '}
          <TestMark />
        </>
      ) : null}
    </span>
  );
}
