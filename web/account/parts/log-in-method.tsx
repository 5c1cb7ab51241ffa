// How a new account logs in: a passkey or a password, and the new password itself. The password's field has no name, so that a page
// without its scripts has nothing to send.
import { useEarlyInput } from '#web/ui/early-input.ts';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { passkeysAreSupported } from '../keys/passkey.ts';
import { MIN_PASSWORD_LENGTH } from '../keys/password-keys.ts';
import { useAccountText } from '../text/account-text.ts';

export type Way = 'passkey' | 'password';

interface LogInWayProps {
  /** What the choice is for: "Log in with". */
  legend: string;
  way: Way;
  onWay: (way: Way) => void;
  password: string;
  onPassword: (password: string) => void;
}

export function LogInWay({ legend, way, onWay, password, onPassword }: LogInWayProps) {
  const t = useAccountText();
  const hydrated = useHydrated();
  return (
    <>
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 text-sm font-semibold">{legend}</legend>
        <WayChoice way="passkey" label={t('way_passkey')} hint={t('way_passkey_hint')} chosen={way} onChoose={onWay} />
        <WayChoice
          way="password"
          label={t('way_password')}
          hint={t('way_password_hint')}
          chosen={way}
          onChoose={onWay}
        />
      </fieldset>
      {way === 'password' ? <NewPasswordField label={t('password')} value={password} onChange={onPassword} /> : null}
      {hydrated && way === 'passkey' && !passkeysAreSupported() ? (
        <Notice plain tone="warn">
          {t('no_passkeys')}
        </Notice>
      ) : null}
    </>
  );
}

interface NewPasswordFieldProps {
  label: string;
  value: string;
  onChange: (password: string) => void;
}

export function NewPasswordField({ label, value, onChange }: NewPasswordFieldProps) {
  const t = useAccountText();
  return (
    <Field
      label={label}
      type="password"
      autoComplete="new-password"
      minLength={MIN_PASSWORD_LENGTH}
      hint={t('new_password_hint', { min: MIN_PASSWORD_LENGTH })}
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

interface WayChoiceProps {
  way: Way;
  label: string;
  hint: string;
  chosen: Way;
  onChoose: (way: Way) => void;
}

function WayChoice({ way, label, hint, chosen, onChoose }: WayChoiceProps) {
  const radio = useEarlyInput<HTMLInputElement>(({ checked }) => {
    if (checked && chosen !== way) onChoose(way);
  });
  return (
    <label className="choice">
      <input ref={radio} type="radio" name="way" checked={chosen === way} onChange={() => onChoose(way)} />
      <span className="grid">
        <span className="font-semibold">{label}</span>
        <span className="text-sm text-ink-2">{hint}</span>
      </span>
    </label>
  );
}
