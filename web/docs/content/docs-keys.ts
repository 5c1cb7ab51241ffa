// The documentation's scripts: buttons that copy code, and "/" for the search.
import { useEffect } from 'react';
import { copyText } from '#web/ui/copy-text.ts';

const SHOWN_MS = 2_000;

const onClick = async ({ target }: MouseEvent): Promise<void> => {
  const button = target instanceof Element ? target.closest('button.docs-copy') : null;
  const code = button?.parentElement?.querySelector('code');
  if (!button || !code) return;
  button.textContent = (await copyText(code.textContent ?? '')) ? 'Copied' : 'Not copied';
  setTimeout(() => {
    button.textContent = 'Copy';
  }, SHOWN_MS);
};

const onKey = (event: KeyboardEvent): void => {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  if (key !== '/' || ctrlKey || metaKey || altKey) return;
  if (target instanceof Element && target.closest('input, textarea, select, [contenteditable]')) return;
  const search = document.getElementById('docs-search');
  if (!(search instanceof HTMLInputElement)) return;
  event.preventDefault();
  search.select();
};

export const useDocsKeys = (): void => {
  useEffect(() => {
    document.addEventListener('click', onClick);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('click', onClick);
      document.removeEventListener('keydown', onKey);
    };
  }, []);
};
