// Where a visitor goes from a public page: to the store's contact, and from a page that takes no payment to what may help.
import { contactLink } from '#domain/contact-link.ts';
import { usePayText } from '../text/pay-text.ts';

/** Nothing for a store without a contact. */
export function Questions({ contact }: { contact: string | null }) {
  const t = usePayText();
  if (!contact) return null;
  const [before = '', after = ''] = t('questions').split('{{contact}}');
  const url = contactLink(contact);
  return (
    <p className="mt-5 text-sm text-ink-2 wrap-anywhere">
      {before}
      {url ? (
        <a className="link" href={url} rel="noreferrer">
          {contact}
        </a>
      ) : (
        contact
      )}
      {after}
    </p>
  );
}

interface ClosedWaysProps {
  store: { name: string; supportContact: string | null };
  /** This page's URL, where its state may change soon; else null. */
  again: string | null;
}

/** In place of the payment: a page without one is never the end, whatever the store has set. */
export function ClosedWays({ store: { name, supportContact }, again }: ClosedWaysProps) {
  const t = usePayText();
  const ways = [
    { url: again, label: t('closed.again') },
    { url: '/', label: t('closed.start') },
  ];
  return (
    <>
      {supportContact ? (
        <Questions contact={supportContact} />
      ) : (
        <p className="mt-5 text-sm text-ink-2 wrap-anywhere">{t('closed.no_contact', { store: name })}</p>
      )}
      <nav aria-label={t('closed.ways')} data-testid="ways-on" className="no-print mt-2">
        <ul className="flex flex-wrap gap-x-5 text-sm">
          {ways.map(({ url, label }) =>
            url === null ? null : (
              <li key={label}>
                <a className="link inline-flex min-h-11 items-center wrap-anywhere" href={url}>
                  {label}
                </a>
              </li>
            ),
          )}
        </ul>
      </nav>
    </>
  );
}
