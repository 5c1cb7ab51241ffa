// The sessions of the account, with a button to end each, and one to end all.
import { Form } from '@remix-run/react';
import { deviceParts } from '#domain/device-name.ts';
import { useLanguage } from '#web/text/page-texts.ts';
import { utcTime } from '#web/text/utc-time.ts';
import type { SessionView } from '../server/account-sessions.ts';
import { type AccountText, useAccountText } from '../text/account-text.ts';

export function SessionList({ sessions }: { sessions: readonly SessionView[] }) {
  const t = useAccountText();
  const language = useLanguage();
  return (
    <section className="grid gap-3" aria-labelledby="sessions">
      <h2 id="sessions" className="font-semibold">
        {t('sessions')}
      </h2>
      <ul className="divide-y divide-line" data-testid="sessions">
        {sessions.map(({ id, current, userAgent, ipAddress, createdAt }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3 py-3">
            <span className="grid min-w-0">
              <span className="font-semibold wrap-anywhere">
                {current ? t('session_here', { device: deviceLabel(t, userAgent) }) : deviceLabel(t, userAgent)}
              </span>
              <span className="text-sm text-ink-2">
                {ipAddress
                  ? t('session_since_from', { time: utcTime(createdAt, language), address: ipAddress })
                  : t('session_since', { time: utcTime(createdAt, language) })}
              </span>
            </span>
            <Form method="post">
              <input type="hidden" name="do" value="revoke-session" />
              <input type="hidden" name="id" value={id} />
              <button
                type="submit"
                className="button px-3 text-sm"
                aria-label={t(current ? 'session_end_this' : 'session_end_other')}
              >
                {t('session_end')}
              </button>
            </Form>
          </li>
        ))}
      </ul>
      <Form method="post" className="grid justify-items-start gap-2">
        <input type="hidden" name="do" value="end-all-sessions" />
        <button type="submit" className="button px-3 text-sm">
          {t('session_end_all')}
        </button>
        <p className="text-sm text-ink-2">{t('session_end_all_hint')}</p>
      </Form>
    </section>
  );
}

const deviceLabel = (t: AccountText, userAgent: string | null): string => {
  const device = deviceParts(userAgent);
  if (!device) return t('session_device_unknown');
  const { browser, system } = device;
  return system ? t('session_device', { browser, system }) : browser;
};
