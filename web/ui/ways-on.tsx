// Links that lead on from a page where somebody may be stuck: not found, failed, or a log-in.
import { useText } from '#web/text/text.ts';

const WAYS = [
  { to: '/', text: 'ways.start' },
  { to: '/account', text: 'ways.account' },
  { to: '/dashboard', text: 'ways.dashboard' },
  { to: '/docs', text: 'ways.docs' },
] as const;

export function WaysOn() {
  const t = useText();
  return (
    <nav aria-label={t('ways.label')} data-testid="ways-on">
      <ul className="flex flex-wrap gap-x-5 text-sm">
        {WAYS.map(({ to, text }) => (
          <li key={to}>
            <a className="link inline-flex min-h-11 items-center" href={to}>
              {t(text)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
