// A store's support contact is what the merchant wrote: an e-mail or web address becomes a link, anything else stays text.

/** @returns `mailto:…` or the web address itself; null for what is neither */
export const contactLink = (contact: string): string | null => {
  if (/^[^\s@:/]+@[^\s@:/]+$/.test(contact)) return `mailto:${contact}`;
  return /^https?:\/\/\S+$/.test(contact) ? contact : null;
};
