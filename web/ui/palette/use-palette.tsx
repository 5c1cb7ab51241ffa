// Opens the palette by Ctrl-K (Cmd-K), by the frame's button, or by `/` where the page has no search box of its own. The palette
// itself is loaded when it is first opened. Without JavaScript the button sends its form, which is the list's own search page.
import { Form } from '@remix-run/react';
import { Search } from 'lucide-react';
import { type ComponentType, type MouseEvent, type ReactNode, useCallback, useEffect, useState } from 'react';
import type { PaletteProps } from './palette.tsx';
import type { PaletteSource } from './palette-targets.ts';

/** @returns the button for the rail, the one for narrow headers, and the dialog */
export const usePalette = (source: PaletteSource): { wide: ReactNode; narrow: ReactNode; dialog: ReactNode } => {
  const [Palette, setPalette] = useState<ComponentType<PaletteProps> | null>(null);
  const [open, setOpen] = useState(false);
  const listUrl = source.lists[0].url;
  const show = useCallback(() => {
    setOpen(true);
    import('./palette.tsx').then(
      (module) => setPalette(() => module.Palette),
      // The chunk fails to load, for example after a release: the list page can search too.
      () => window.location.assign(listUrl),
    );
  }, [listUrl]);
  const hide = useCallback(() => setOpen(false), []);
  useKeys(open ? hide : show, show);
  return {
    wide: <PaletteButton listUrl={listUrl} onOpen={show} />,
    narrow: <PaletteButton listUrl={listUrl} onOpen={show} narrow />,
    dialog: Palette ? <Palette key={source.findUrl} source={source} open={open} onClose={hide} /> : null,
  };
};

const isPaletteKey = (event: KeyboardEvent): boolean => {
  if (event.key.toLowerCase() !== 'k' || event.ctrlKey === event.metaKey) return false;
  if (event.shiftKey || event.altKey || event.repeat || event.isComposing) return false;
  // Does not open over another dialog.
  return !document.querySelector('dialog[open]:not([data-palette])');
};

/** `/` focuses the page's own search box, else opens the palette. Ignored while a field has the focus. */
const isSlashKey = (event: KeyboardEvent): boolean => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return false;
  const target = event.target as HTMLElement | null;
  if (target?.closest('input, textarea, select, [contenteditable], dialog')) return false;
  return !document.querySelector('[aria-keyshortcuts="/"], dialog[open]');
};

const useKeys = (onPaletteKey: () => void, onSlashKey: () => void): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const act = isPaletteKey(event) ? onPaletteKey : isSlashKey(event) ? onSlashKey : null;
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [onPaletteKey, onSlashKey]);
};

interface PaletteButtonProps {
  listUrl: string;
  onOpen: () => void;
  narrow?: boolean;
}

function PaletteButton({ listUrl, onOpen, narrow = false }: PaletteButtonProps) {
  const [keys, setKeys] = useState('Ctrl K');
  useEffect(() => {
    if (/^(Mac|iP)/.test(navigator.platform)) setKeys('⌘ K');
  }, []);
  const button = {
    type: 'submit',
    'aria-haspopup': 'dialog',
    'aria-keyshortcuts': 'Control+K Meta+K',
    onClick: (event: MouseEvent) => {
      event.preventDefault();
      onOpen();
    },
  } as const;
  return (
    <Form method="get" action={listUrl}>
      {narrow ? (
        <button {...button} className="button px-3" aria-label="Search">
          <Search size={18} aria-hidden />
        </button>
      ) : (
        <button
          {...button}
          className="flex min-h-10 w-full cursor-pointer items-center gap-3 rounded-lg border border-control px-3 text-sm text-ink-2 hover:bg-sunken hover:text-ink"
        >
          <Search size={16} aria-hidden className="flex-none" />
          Search…
          <kbd className="ml-auto rounded border border-line bg-sunken px-1.5 font-sans text-xs">{keys}</kbd>
        </button>
      )}
    </Form>
  );
}
