// Copying by hand: the decimal sign of a language would change an amount that is pasted into a wallet or an exchange.
import type { ClipboardEvent } from 'react';

/** A copy handler: where the selection has the shown text, the clipboard gets the exact one. */
export const copiedExactly =
  (exact: string, shown: string) =>
  (event: ClipboardEvent<HTMLElement>): void => {
    const selected = document.getSelection()?.toString() ?? '';
    if (!selected.includes(shown)) return;
    event.clipboardData.setData('text/plain', selected.replaceAll(shown, exact));
    event.preventDefault();
  };
