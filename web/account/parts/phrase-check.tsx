// Shows a recovery phrase, then asks for some of its words: people often skip writing it down.
import { useMemo, useState } from 'react';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { postJson } from '../keys/account-client.ts';
import { useAccountText } from '../text/account-text.ts';
import { FailureNotice, useAccountTask } from './form-parts.tsx';

const WORDS_TO_TYPE = 3;

/** Calls `onDone` after the server has stored that the phrase was checked. */
export function PhraseCheck({ phrase, onDone }: { phrase: string; onDone: () => void }) {
  const t = useAccountText();
  const words = phrase.split(' ');
  const [asking, setAsking] = useState(false);
  return asking ? (
    <TypeBack words={words} onBack={() => setAsking(false)} onDone={onDone} />
  ) : (
    <div className="grid gap-4">
      <Notice plain tone="warn">
        {t('phrase_write', { count: words.length })}
      </Notice>
      <ol className="grid grid-cols-2 gap-2 sm:grid-cols-3" data-testid="phrase" translate="no">
        {words.map((word, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a phrase can hold a word twice; the position identifies it
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

function TypeBack({ words, onBack, onDone }: { words: string[]; onBack: () => void; onDone: () => void }) {
  const t = useAccountText();
  const positions = useMemo(() => pickPositions(words.length), [words.length]);
  const [typed, setTyped] = useState<Record<number, string>>({});
  const { busy, problem, run } = useAccountTask();
  const [wrong, setWrong] = useState(false);
  const check = async (): Promise<void> => {
    const right = positions.every((position) => (typed[position] ?? '').trim().toLowerCase() === words[position]);
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
      {positions.map((position) => (
        <Field
          key={position}
          label={t('phrase_word', { position: position + 1 })}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={typed[position] ?? ''}
          onChange={(event) => setTyped({ ...typed, [position]: event.target.value })}
        />
      ))}
      {wrong ? <FailureNotice>{t('phrase_wrong')}</FailureNotice> : null}
      <FailureNotice>{problem}</FailureNotice>
      <div className="grid gap-3 sm:grid-cols-2">
        <TaskButton type="submit" className="button button-primary" busy={busy}>
          {t('phrase_check')}
        </TaskButton>
        <button type="button" className="button" onClick={onBack}>
          {t('phrase_show_again')}
        </button>
      </div>
    </form>
  );
}

/** Distinct positions, in order. */
const pickPositions = (count: number): number[] => {
  const positions = new Set<number>();
  while (positions.size < WORDS_TO_TYPE) positions.add((crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % count);
  return [...positions].sort((a, b) => a - b);
};
