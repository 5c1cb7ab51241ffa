// Replaces the brand colours by the merchant's, in a style element that the CSP allows.
import { useContext } from 'react';
import { NonceContext } from '#web/ui/nonce.ts';
import type { CheckoutSummary } from '../server/view-types.ts';

export function AccentStyle({ accent }: { accent: CheckoutSummary['store']['accent'] }) {
  const nonce = useContext(NonceContext);
  if (!accent) return null;
  const rule = (shades: typeof accent.light): string =>
    `:root{--brand:${shades.brand};--brand-hover:${shades.brandHover};--on-brand:${shades.onBrand};--brand-tint:${shades.brandTint}}`;
  const css = `${rule(accent.light)}@media (prefers-color-scheme:dark){${rule(accent.dark)}}`;
  // Safe: colours only, made by the server from six hex digits.
  // biome-ignore lint/security/noDangerouslySetInnerHtml: React would escape the text of a style element
  return <style nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: css }} />;
}
