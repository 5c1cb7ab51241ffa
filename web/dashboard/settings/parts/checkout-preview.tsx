// A live preview of the checkout's header in the light and the dark colour scheme.
import { useEffect, useRef, useState } from 'react';
import { type AccentShades, accentPalette, isAccentColor } from '#domain/accent.ts';
import { initialsOf } from '#domain/initials.ts';
import { Card } from '#web/ui/card.tsx';

export interface PreviewValues {
  name: string;
  /** As typed. */
  accent: string;
  logoUrl: string | null;
  /** Selected and not yet sent. */
  logoFile?: File;
}

const FRAMES = {
  light: { '--surface': '#ffffff', '--ink': '#0e1726', '--ink-2': '#465264', '--line': '#d9dee5' },
  dark: { '--surface': '#131924', '--ink': '#f1f4f8', '--ink-2': '#b4becc', '--line': '#263041' },
} as const;
/** The default blue. */
const OWN: Record<keyof typeof FRAMES, AccentShades> = {
  light: { brand: '#1557d6', brandHover: '#1048b3', onBrand: '#ffffff', brandTint: '#e9f0fe' },
  dark: { brand: '#6ea0ff', brandHover: '#8db4ff', onBrand: '#07142b', brandTint: '#14233f' },
};

export function CheckoutPreview({ values }: { values: PreviewValues }) {
  const logo = useLogoUrl(values);
  const palette = isAccentColor(values.accent) ? accentPalette(values.accent) : OWN;
  const changed = palette !== OWN && palette.light.brand !== values.accent;
  return (
    <Card title="The checkout" lead="As shoppers see it, in the light and the dark colour scheme.">
      <div className="grid grid-cols-1 gap-3" data-testid="preview">
        {(['light', 'dark'] as const).map((scheme) => (
          <PreviewCard key={scheme} scheme={scheme} shades={palette[scheme]} name={values.name} logo={logo} />
        ))}
        {changed ? (
          <p className="text-sm text-ink-2">
            {values.accent} is too light to read on white: the light scheme uses {palette.light.brand}.
          </p>
        ) : null}
      </div>
    </Card>
  );
}

interface PreviewCardProps {
  scheme: keyof typeof FRAMES;
  shades: AccentShades;
  name: string;
  logo: string | null;
}

function PreviewCard({ scheme, shades, name, logo }: PreviewCardProps) {
  const card = useRef<HTMLDivElement>(null);
  // Set by script: the Content-Security-Policy blocks style attributes in the markup.
  useEffect(() => {
    const values = { ...FRAMES[scheme], '--brand': shades.brand, '--on-brand': shades.onBrand };
    for (const [property, value] of Object.entries(values)) card.current?.style.setProperty(property, value);
  }, [scheme, shades]);
  return (
    <div ref={card} className="grid grid-cols-1 gap-3 rounded-lg border border-line bg-surface p-4 text-ink">
      <div className="flex items-center gap-3">
        {logo ? (
          <img
            src={logo}
            alt=""
            width={36}
            height={36}
            className="size-9 flex-none rounded-lg bg-white object-contain"
          />
        ) : (
          <span
            aria-hidden
            className="flex size-9 flex-none items-center justify-center rounded-lg bg-ink font-semibold text-surface"
          >
            {initialsOf(name) || '?'}
          </span>
        )}
        <div className="min-w-0 flex-1 font-semibold">
          <p className="line-clamp-2 wrap-anywhere">{name || 'Store name'}</p>
          <p className="whitespace-nowrap">25.0000 USDT</p>
        </div>
      </div>
      <p className="text-sm text-ink-2">Order NL-20418</p>
      <span aria-hidden className="button button-primary pointer-events-none wrap-anywhere">
        Return to {name || 'the store'}
      </span>
    </div>
  );
}

/** The URL of the selected file, or of the stored logo. */
const useLogoUrl = ({ logoUrl, logoFile }: PreviewValues): string | null => {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!logoFile) {
      setAddress(null);
      return;
    }
    // As a data: URL, which the Content-Security-Policy allows for images.
    const reader = new FileReader();
    reader.onload = () => setAddress(typeof reader.result === 'string' ? reader.result : null);
    reader.readAsDataURL(logoFile);
    return () => reader.abort();
  }, [logoFile]);
  return logoFile ? address : logoUrl;
};
