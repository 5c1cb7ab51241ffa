// On a page of log-in methods: this log-in took fewer factors than the account has, so it changes none of them.
import { Link } from '@remix-run/react';
import { Notice } from '#web/ui/notice.tsx';
import { useAccountText } from '../text/account-text.ts';

/** @param here the page, to which the log-in leads back */
export function WeakLogIn({ codesLeft, here }: { codesLeft: number; here: string }) {
  const t = useAccountText();
  return (
    <Notice plain tone="warn">
      {t('error_second_factor')}{' '}
      <Link className="link" to={`/account/log-in?why=again&next=${here}`}>
        {t('log_in_again')}
      </Link>
      {codesLeft > 0 ? (
        <>
          {' · '}
          <Link className="link" to="/account/recover">
            {t('recover_title')}
          </Link>
        </>
      ) : null}
    </Notice>
  );
}
