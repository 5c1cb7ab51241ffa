// After a payment: the recovery phrase of a wallet that has none saved. Until it is, no page offers to add money to the wallet (decision 0078).
// Loaded only on checkouts paid by AllScale Pay.
import { useLocation } from '@remix-run/react';
import { useEffect, useRef, useState } from 'react';
import { useLanguage } from '#web/text/page-texts.ts';
import { payClient } from './pay-client.ts';
import { AllScaleTexts, useAllScaleText } from './text/allscale-text.tsx';

interface SavePhraseProps {
  intentId: string;
  /** Called once: whether the phrase still has to be saved. The page does not leave by itself until then. */
  onKnown(unsaved: boolean): void;
}

export default function SavePhrase({ intentId, onKnown }: SavePhraseProps) {
  const [unsaved, setUnsaved] = useState(false);
  const report = useRef(onKnown);
  report.current = onKnown;
  useEffect(() => {
    let left = false;
    void payClient(intentId)
      .read()
      .then(
        (state) =>
          'wallet' in state ? state.wallet.phraseChecked : 'phraseChecked' in state ? state.phraseChecked : true,
        // The account's page asks for the phrase too.
        () => true,
      )
      .then((saved) => {
        if (left) return;
        setUnsaved(!saved);
        report.current(!saved);
      });
    return () => {
      left = true;
    };
  }, [intentId]);
  return unsaved ? (
    <AllScaleTexts>
      <SavePhraseOffer />
    </AllScaleTexts>
  ) : null;
}

function SavePhraseOffer() {
  const t = useAllScaleText();
  const lang = useLanguage();
  const { pathname, search } = useLocation();
  return (
    <section className="grid gap-3 rounded-lg border-2 border-brand p-4" aria-labelledby="save-phrase">
      <h2 id="save-phrase" className="font-semibold">
        {t('phrase_title')}
      </h2>
      <p className="text-sm text-ink-2">{t('phrase_lead')}</p>
      <a
        className="button button-primary"
        href={`/account/recovery?${new URLSearchParams({ next: pathname + search, lang })}`}
      >
        {t('phrase_action')}
      </a>
    </section>
  );
}
