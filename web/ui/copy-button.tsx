// A button that copies a raw value and confirms it. Hidden until hydration: it needs JavaScript.
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useText } from '#web/text/text.ts';
import { copyText } from './copy-text.ts';
import { useHydrated } from './use-hydrated.ts';

const SHOWN_MS = 2_000;

interface CopyButtonProps {
  value: string;
  /** For screen readers: "Copy address". */
  label: string;
  /** On the button; default: "Copy". */
  text?: string;
}

export function CopyButton({ value, label, text }: CopyButtonProps) {
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
        className="button px-3 text-sm"
        aria-label={result === 'copied' ? t('pay.copied') : label}
        onClick={async () => setResult((await copyText(value)) ? 'copied' : 'failed')}
      >
        {result === 'copied' ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
        {result === 'copied' ? t('pay.copied') : (text ?? t('pay.copy'))}
      </button>
      <span role="status" className="sr-only">
        {result === 'copied' ? t('pay.copied') : ''}
      </span>
      {result === 'failed' ? <span className="block text-sm text-bad">{t('pay.copy_failed')}</span> : null}
    </span>
  );
}
