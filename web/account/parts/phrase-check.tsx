// Shows a recovery phrase, then asks some of its words back: what was only looked at is not kept.
import { useMemo, useState } from 'react';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { postJson } from '../keys/account-client.ts';
import { useAccountText } from '../text/account-text.ts';
import { FailureNotice, useAccountTask } from './form-parts.tsx';

const ASKED = 3;

/** `onDone` comes after the server has noted that the phrase was checked. */
export function PhraseCheck({ phrase, onDone }: { phrase: string; onDone: () => void }) {
  const t = useAccountText();
  const message = phrase.split(' ');
  const [asking, setAsking] = useState(false);
  return asking ? (
    <AskBack message={message} onBack={() => setAsking(false)} onDone={onDone} />
  ) : (
    <div className="grid gap-4">
      <Notice plain tone="warn">
        {t('phrase_write', { count: message.length })}
      </Notice>
      <ol className="grid grid-cols-2 gap-2 sm:grid-cols-3" data-testid="phrase" translate="no">
        {message.map((word, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a phrase can hold a word twice; its place is its identity
          <li key={index} className="flex gap-2 rounded-lg border border-line bg-sunken px-3 py-2">
            <span className="w-5 text-right text-ink-3">{index + 1}</span>
            <span className="font-semibold">{word}</span>
          </li>
        ))}
      </ol>
      <button type="button" className="button button-primary" onClick={() => setAsking(true)}>
        {t('phrase_written')}
      </button>
    </div>
  );
}

function AskBack({ message, onBack, onDone }: { message: string[]; onBack: () => void; onDone: () => void }) {
  const t = useAccountText();
  const places = useMemo(() => pickPlaces(message.length), [message.length]);
  const [responses, setResponses] = useState<Record<number, string>>({});
  const { busy, problem, run } = useAccountTask();
  const [wrong, setWrong] = useState(false);
  const check = async (): Promise<void> => {
    const right = places.every((place) => (responses[place] ?? '').trim().toLowerCase() === message[place]);
    setWrong(!right);
    if (!right) return;
    await postJson('/account/wallet/keys', { phraseChecked: true });
    onDone();
  };
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void run(check);
      }}
    >
      <p className="text-ink-2">{t('phrase_type')}</p>
      {places.map((place) => (
        <Field
          key={place}
          label={t('phrase_word', { place: place + 1 })}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={responses[place] ?? ''}
          onChange={(event) => setResponses({ ...responses, [place]: event.target.value })}
        />
      ))}
      {wrong ? <FailureNotice>{t('phrase_wrong')}</FailureNotice> : null}
      <FailureNotice>{problem}</FailureNotice>
      <div className="grid gap-3 sm:grid-cols-2">
        <button type="submit" className="button button-primary" disabled={busy}>
          {t('phrase_check')}
        </button>
        <button type="button" className="button" onClick={onBack}>
          {t('phrase_show_again')}
        </button>
      </div>
    </form>
  );
}

/** Different places, in order. */
const pickPlaces = (count: number): number[] => {
  const places = new Set<number>();
  while (places.size < ASKED) places.add((crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % count);
  return [...places].sort((a, b) => a - b);
};
