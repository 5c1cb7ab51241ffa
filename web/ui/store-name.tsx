// A store's name in lists and on pages. Test stores are marked wherever they are named. The checkout has its own mark, in the
// shopper's language.

/** Also for entries of a test store that do not name it, and for test networks. */
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
