// The one button of a task that takes time. While it runs, the button ignores presses and says that it is busy; it is never `disabled`
// then, because that takes the keyboard's focus away from it: a person who pressed Enter would start again at the top of the page.
import type { ButtonHTMLAttributes, MouseEvent, RefObject } from 'react';

export interface TaskButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** What it started is still running. Enter in a field of its form presses it too, and is ignored as well. */
  busy?: boolean;
  /** It cannot be pressed for another reason: the page is not ready yet, or there is nothing to act on. Never while a task runs. */
  disabled?: boolean;
  buttonRef?: RefObject<HTMLButtonElement>;
}

export function TaskButton({ busy = false, onClick, buttonRef, ...button }: TaskButtonProps) {
  return (
    <button
      type="button"
      {...button}
      ref={buttonRef}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? ignore : onClick}
    />
  );
}

const ignore = (event: MouseEvent): void => event.preventDefault();
