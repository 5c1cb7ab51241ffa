// A button that copies a raw value and confirms it. Hidden until hydration: it needs JavaScript.
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useText } from '#web/text/text.ts';
import { copyText } from './copy-text.ts';
import { useHydrated } from './use-hydrated.ts';

const SHOWN_MS = 2_000;

/** 44 px to press, and no higher than a line of text. */
const ICON =
  '-my-3 inline-flex size-11 cursor-pointer items-center justify-center rounded-lg text-ink-2 hover:bg-sunken hover:text-ink';

interface CopyButtonProps {
  value: string;
  /** For screen readers: "Copy address". */
  label: string;
  /** On the button; default: "Copy". */
  text?: string;
  /** An icon without a frame, beside a value in a list: the label is its tooltip. */
  isIcon?: boolean;
}

export function CopyButton({ value, label, text, isIcon = false }: CopyButtonProps) {
  const t = useText();
  const hydrated = useHydrated();
  const [result, setResult] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (!result) return;
    const timer = setTimeout(() => setResult(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [result]);

  return (
    <span className={`no-print ${hydrated ? '' : 'invisible'}`}>
      <button
        type="button"
        className={isIcon ? ICON : 'button px-3 text-sm'}
        aria-label={result === 'copied' ? t('pay.copied') : label}
        title={isIcon ? label : undefined}
        onClick={async () => setResult((await copyText(value)) ? 'copied' : 'failed')}
      >
        {result === 'copied' ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
        {isIcon ? null : result === 'copied' ? t('pay.copied') : (text ?? t('pay.copy'))}
      </button>
      <span role="status" className="sr-only">
        {result === 'copied' ? t('pay.copied') : ''}
      </span>
      {result === 'failed' ? <span className="block text-sm text-bad">{t('pay.copy_failed')}</span> : null}
    </span>
  );
}
