// Alerts of the platform's operators: what began, goes on and is over, in one e-mail.

import { durationText } from '#domain/duration.ts';
import { type AlertLine, networkOf } from '#domain/operator-alerts.ts';
import { documentOf, type Fact } from '../document.ts';
import { formatTime } from '../format.ts';
import type { Setting, Template } from './template.ts';

/** Operators read times in the zone of logs, chains and the console. */
const ZONE = 'UTC';
/** A subject names one and counts the others. */
const NAMED = 1;

type AlertSetting = Setting<'operator_alert'>;

/** Kinds whose figure is a number of things; others are ages. */
const COUNTED: readonly AlertLine['kind'][] = ['relayer_low', 'emails_waiting'];

const titleOf = ({ t }: AlertSetting, { kind, chainId, figure }: AlertLine): string =>
  t(`operator_alert.${kind}`, {
    network: networkOf(chainId),
    figure: COUNTED.includes(kind) ? String(Math.floor(figure)) : durationText(figure),
  });

export const operatorAlert: Template<'operator_alert'> = (setting) => {
  const { t, data, language } = setting;
  const { began, reminded, ended, isTest, link } = data;
  const first = began[0] ?? reminded[0] ?? ended[0];
  const state = began.length > 0 ? 'began' : reminded.length > 0 ? 'reminded' : 'ended';
  const others = began.length + reminded.length + ended.length - NAMED;
  const what = first ? titleOf(setting, first) : '';
  const subject =
    (isTest ? t('operator_alert.subject_test') : t(`operator_alert.subject_${state}`, { what })) +
    (others > 0 ? ` (+${others})` : '');
  const facts = (lines: readonly AlertLine[], label: 'began' | 'reminded' | 'ended'): Fact[] =>
    lines.map((line) => ({
      label: `${t(`operator_alert.${label}`)} · ${formatTime(language, line.endedAt ?? line.since, ZONE)}`,
      value: titleOf(setting, line),
    }));
  return documentOf({
    subject,
    preview: t('operator_alert.lead'),
    mark: isTest ? null : { text: t(`operator_alert.mark_${state}`), tone: state === 'ended' ? 'ok' : 'bad' },
    title: subject,
    lead: [isTest ? t('operator_alert.test_lead') : t('operator_alert.lead')],
    facts: [...facts(began, 'began'), ...facts(reminded, 'reminded'), ...facts(ended, 'ended')],
    action: { label: t('operator_alert.open'), url: link },
    reason: t('reason.operator'),
  });
};
