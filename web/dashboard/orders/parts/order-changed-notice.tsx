// Says that an order changed while something is being typed: the page is not updated under the reader's hands.
import { Button } from '#web/ui/button.tsx';
import { Notice } from '#web/ui/notice.tsx';

/** @param show updates the page now */
export function OrderChangedNotice({ show }: { show: () => void }) {
  return (
    <Notice title="This order has changed">
      <span className="flex flex-wrap items-center gap-3">
        The page updates when you finish typing.
        <Button onClick={show}>Show it now</Button>
      </span>
    </Notice>
  );
}
