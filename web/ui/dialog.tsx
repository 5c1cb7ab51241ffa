// A dialog: the browser's own element, which keeps the focus inside, closes on Escape and needs no styles of a script (the pages'
// content security policy refuses those). Without JavaScript its button does nothing, so nothing may be reachable only here
// that must work without.
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';

interface DialogProps {
  title: ReactNode;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ title, open, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    if (open && !dialog?.open) dialog?.showModal();
    if (!open && dialog?.open) dialog.close();
  }, [open]);
  return (
    <dialog
      ref={element}
      aria-labelledby={heading}
      onClose={onClose}
      className="card m-auto w-[calc(100%-2rem)] max-w-lg p-5 text-ink backdrop:bg-black/50"
    >
      {open ? (
        <div className="grid gap-4">
          <div className="flex items-start justify-between gap-3">
            <h2 id={heading} className="text-lg font-semibold">
              {title}
            </h2>
            <button type="button" className="button -mt-2 -mr-2 border-0 px-3" aria-label="Close" onClick={onClose}>
              <X size={18} aria-hidden />
            </button>
          </div>
          {children}
        </div>
      ) : null}
    </dialog>
  );
}
