// The choice of how a new account logs in, and the field of a new password. The field has no name, so a page whose scripts failed
// cannot send it.
import { useEarlyInput } from '#web/ui/early-input.ts';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { passkeysAreSupported } from '../keys/passkey.ts';
import { MIN_PASSWORD_LENGTH } from '../keys/password-keys.ts';
import { useAccountText } from '../text/account-text.ts';

export type LogInMethod = 'passkey' | 'password';

interface LogInMethodProps {
  /** What the choice is for: "Log in with". */
  legend: string;
  method: LogInMethod;
  onMethod: (method: LogInMethod) => void;
  password: string;
  onPassword: (password: string) => void;
}

export function LogInMethodChoice({ legend, method, onMethod, password, onPassword }: LogInMethodProps) {
  const t = useAccountText();
  const hydrated = useHydrated();
  return (
    <>
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 text-sm font-semibold">{legend}</legend>
        <MethodOption
          method="passkey"
          label={t('way_passkey')}
          hint={t('way_passkey_hint')}
          chosen={method}
          onChoose={onMethod}
        />
        <MethodOption
          method="password"
          label={t('way_password')}
          hint={t('way_password_hint')}
          chosen={method}
          onChoose={onMethod}
        />
      </fieldset>
      {method === 'password' ? <NewPasswordField label={t('password')} value={password} onChange={onPassword} /> : null}
      {hydrated && method === 'passkey' && !passkeysAreSupported() ? (
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

interface MethodOptionProps {
  method: LogInMethod;
  label: string;
  hint: string;
  chosen: LogInMethod;
  onChoose: (method: LogInMethod) => void;
}

function MethodOption({ method, label, hint, chosen, onChoose }: MethodOptionProps) {
  const radio = useEarlyInput<HTMLInputElement>(({ checked }) => {
    if (checked && chosen !== method) onChoose(method);
  });
  return (
    <label className="choice">
      <input ref={radio} type="radio" name="method" checked={chosen === method} onChange={() => onChoose(method)} />
      <span className="grid">
        <span className="font-semibold">{label}</span>
        <span className="text-sm text-ink-2">{hint}</span>
      </span>
    </label>
  );
}
