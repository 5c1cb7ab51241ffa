// The result of "I already sent it" in the language of the page.

import type { Language } from '#domain/languages.ts';
import type { Translate } from '#web/text/text.ts';
import type { ClaimResult } from '../server/claim-result.ts';

export const claimSentence = (t: Translate, language: Language, response: ClaimResult, store: string): string => {
  const sentence = sentenceOf(t, language, response, store);
  return 'kept' in response && response.kept ? `${sentence}${t('sentence.gap')}${t('claim.kept')}` : sentence;
};

const sentenceOf = (t: Translate, language: Language, response: ClaimResult, store: string): string => {
  const list = (names: readonly string[], type: 'conjunction' | 'disjunction'): string =>
    new Intl.ListFormat(language, { type }).format(names);
  switch (response.kind) {
    case 'tooOften': {
      const format = new Intl.NumberFormat(language, { style: 'unit', unit: 'second', unitDisplay: 'long' });
      return t('claim.tooOften', { time: format.format(response.retryAfterSeconds) });
    }
    case 'notFound': {
      const { looked, silent } = response;
      const sentence = t('claim.notFound', { looked: list(looked, 'disjunction'), store });
      return silent.length > 0
        ? `${sentence}${t('sentence.gap')}${t('claim.notFound_silent', { silent: list(silent, 'conjunction') })}`
        : sentence;
    }
    case 'confirming': {
      const { amount, coin, network, confirmations } = response;
      const found = { amount, coin, network };
      return confirmations ? t('claim.confirming_count', { ...found, ...confirmations }) : t('claim.confirming', found);
    }
    case 'notReadYet': {
      const { amount, coin, network, stopped } = response;
      return t(stopped ? 'claim.notReadYet_stopped' : 'claim.notReadYet', { amount, coin, network });
    }
    case 'elsewhere':
      return t('elsewhere.act', { store });
    case 'badHash':
    case 'networksSilent':
      return t(`claim.${response.kind}`);
    default:
      return t(`claim.${response.kind}`, { ...response, store });
  }
};
