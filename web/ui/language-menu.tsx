// The page in other languages: a menu of links, which opens without JavaScript too. The choice is kept in a cookie.
import { useLocation } from '@remix-run/react';
import { Check, ChevronDown, Languages } from 'lucide-react';
import { LANGUAGES, type Language } from '#domain/languages.ts';
import { LANGUAGE_PARAMETER } from '#web/text/languages.ts';
import { useLanguage } from '#web/text/page-texts.ts';
import { useText } from '#web/text/text.ts';
import { useDismiss } from './use-dismiss.ts';

interface LanguageMenuProps {
  /** Where the page's language is not the visitor's: that language, and the menu's label in it. */
  page?: { language: Language; label: string };
}

export function LanguageMenu({ page }: LanguageMenuProps) {
  const t = useText();
  const visitors = useLanguage();
  const { language: current, label } = page ?? { language: visitors, label: t('language.label') };
  const { pathname, search } = useLocation();
  const menu = useDismiss();
  const hrefOf = (language: string): string => {
    const parameters = new URLSearchParams(search);
    parameters.set(LANGUAGE_PARAMETER, language);
    return `${pathname}?${parameters}`;
  };
  return (
    <nav aria-label={label} className="no-print">
      <details ref={menu} className="relative w-fit text-sm" data-testid="languages">
        <summary className="flex min-h-11 w-fit cursor-pointer list-none items-center gap-2 rounded-lg border border-line bg-surface px-3 text-ink [&::-webkit-details-marker]:hidden">
          <Languages size={16} aria-hidden />
          <span className="sr-only">{label}: </span>
          {LANGUAGES[current]}
          <ChevronDown size={16} aria-hidden />
        </summary>
        <ul className="mt-1 grid min-w-40 rounded-lg border border-line bg-surface p-1">
          {Object.entries(LANGUAGES).map(([language, name]) => (
            <li key={language}>
              <a
                className="flex min-h-11 items-center justify-between gap-3 rounded-md px-3 text-ink hover:bg-sunken"
                href={hrefOf(language)}
                lang={language}
                hrefLang={language}
                aria-current={language === current ? 'true' : undefined}
              >
                {name}
                {language === current ? <Check size={16} aria-hidden /> : null}
              </a>
            </li>
          ))}
        </ul>
      </details>
    </nav>
  );
}
