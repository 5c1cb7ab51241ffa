// A value that is copied to a shop's configuration, such as a secret.
import { CopyButton } from '#web/ui/copy-button.tsx';

export function SecretValue({ label, value }: { label: string; value: string }) {
  return (
    <div className="grid gap-1">
      <p className="text-sm font-semibold">{label}</p>
      <div className="flex flex-wrap items-center gap-3">
        <code className="rounded-lg bg-sunken px-3 py-2 font-mono text-sm break-all">{value}</code>
        <CopyButton value={value} label={`Copy ${label}`} />
      </div>
    </div>
  );
}
