// The account's e-mail address, and the way to another one.
import { Link } from '@remix-run/react';
import { useAccountText } from '../text/account-text.ts';

/** @param here the page that shows it: the way leads back to it */
export function EmailSection({ email, here = '/account/security' }: { email: string; here?: string }) {
  const t = useAccountText();
  return (
    <section className="grid gap-3" aria-labelledby="email-address">
      <h2 id="email-address" className="font-semibold">
        {t('email')}
      </h2>
      <p className="text-sm text-ink-2 wrap-anywhere">{email}</p>
      <p>
        <Link className="button" to={`/account/email?${new URLSearchParams({ next: here })}`}>
          {t('email_title')}
        </Link>
      </p>
    </section>
  );
}
