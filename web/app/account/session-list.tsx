// Where the account is logged in, with a way to end each session.
import { Form } from '@remix-run/react';
import type { SessionView } from '#web/account/account-service.ts';
import { utcTime } from '../text/utc-time.ts';

export function SessionList({ sessions }: { sessions: readonly SessionView[] }) {
  return (
    <section className="grid gap-3" aria-labelledby="sessions">
      <h2 id="sessions" className="font-semibold">
        Devices and sessions
      </h2>
      <ul className="divide-y divide-line" data-testid="sessions">
        {sessions.map(({ id, current, userAgent, ipAddress, createdAt }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3 py-3">
            <span className="grid min-w-0">
              <span className="font-semibold wrap-anywhere">
                {deviceOf(userAgent)}
                {current ? ' (this device)' : ''}
              </span>
              <span className="text-sm text-ink-2">
                Logged in {utcTime(createdAt)}
                {ipAddress ? `, from ${ipAddress}` : ''}
              </span>
            </span>
            <Form method="post">
              <input type="hidden" name="do" value="revoke-session" />
              <input type="hidden" name="id" value={id} />
              <button
                type="submit"
                className="button px-3 text-sm"
                aria-label={current ? 'End this session' : 'End session'}
              >
                End
              </button>
            </Form>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** "Chrome on Linux", as well as a user agent can be trusted to say. */
const deviceOf = (userAgent: string | null): string => {
  const find = (names: readonly (readonly [RegExp, string])[]): string | undefined =>
    names.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1];
  const browser = find([
    [/Edg\//, 'Edge'],
    [/Firefox\//, 'Firefox'],
    [/Chrome\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ]);
  const system = find([
    [/Android/, 'Android'],
    [/iPhone|iPad/, 'iOS'],
    [/Windows/, 'Windows'],
    [/Mac OS/, 'macOS'],
    [/Linux/, 'Linux'],
  ]);
  return browser ? `${browser}${system ? ` on ${system}` : ''}` : 'Unknown device';
};
