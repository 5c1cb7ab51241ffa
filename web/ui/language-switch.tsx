// Links to the page in other languages. The choice is kept in a cookie.
import { useLocation } from '@remix-run/react';
import { LANGUAGES } from '#domain/languages.ts';
import { LANGUAGE_PARAMETER } from '#web/text/languages.ts';
import { useLanguage, useText } from '#web/text/text.ts';

export function LanguageSwitch() {
  const t = useText();
  const current = useLanguage();
  const { pathname, search } = useLocation();
  const hrefOf = (language: string): string => {
    const parameters = new URLSearchParams(search);
    parameters.set(LANGUAGE_PARAMETER, language);
    return `${pathname}?${parameters}`;
  };
  return (
    <nav aria-label={t('language.label')} className="no-print">
      <ul className="flex flex-wrap gap-x-4 text-sm">
        {Object.entries(LANGUAGES).map(([language, name]) => (
          <li key={language}>
            <a
              className={`inline-flex min-h-11 items-center ${language === current ? 'font-semibold text-ink' : 'link'}`}
              href={hrefOf(language)}
              lang={language}
              hrefLang={language}
              aria-current={language === current ? 'true' : undefined}
            >
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
