// E-mails to owners about changes of where money goes that wait (decision 0062), and about the people of the team.
import type { ChangeSummary } from '#domain/email-data.ts';
import type { Fact } from '../document.ts';
import { documentOf } from '../document.ts';
import { formatTime, oneLine } from '../format.ts';
import type { EmailTranslate } from '../text/text.ts';
import { notMeOf, storeOf, type Template } from './template.ts';

const factsOf = (t: EmailTranslate, { kind, subject, from }: ChangeSummary): Fact[] => {
  const what = { label: t('fact.change'), value: t(`change.${kind}`) };
  switch (kind) {
    case 'receiver':
      return [
        what,
        { label: t('fact.receiver_wanted'), value: subject, isCode: true },
        ...(from === null ? [] : [{ label: t('fact.receiver_before'), value: from, isCode: true }]),
      ];
    case 'owner_invitation':
    case 'owner_role':
      return [what, { label: t('fact.person'), value: subject }];
    case 'webhook_secret':
      return [what, { label: t('fact.key_name'), value: subject }];
  }
};

export const changeWaits: Template<'change_waits'> = (setting) => {
  const { t, data, language } = setting;
  const store = storeOf(setting);
  const time = formatTime(language, data.appliesAt, store.timeZone);
  return documentOf({
    subject: oneLine(t('change_waits.subject', { store: store.name, time })),
    preview: oneLine(t('change_waits.preview', { change: t(`change.${data.change.kind}`) })),
    mark: { text: t('change_waits.mark'), tone: 'warn' },
    title: t('change_waits.title'),
    lead: [t('change_waits.lead', { store: store.name, time }), t('change_waits.todo')],
    facts: [
      ...factsOf(t, data.change),
      { label: t('fact.requested_by'), value: data.requestedBy ?? t('fact.command_line') },
      { label: t('fact.takes_effect'), value: time },
      ...notMeOf(setting, data.notMe),
    ],
    action: { label: t('change_waits.open'), url: data.link },
    notes: [t('change_waits.second')],
    reason: t('reason.security'),
  });
};

export const changeCanceled: Template<'change_canceled'> = (setting) => {
  const { t, data, language, dashboard } = setting;
  const store = storeOf(setting);
  return documentOf({
    subject: oneLine(t('change_canceled.subject', { store: store.name })),
    preview: oneLine(t('change_canceled.preview', { change: t(`change.${data.change.kind}`) })),
    mark: { text: t('change_canceled.mark'), tone: 'ok' },
    title: t('change_canceled.title'),
    lead: [t('change_canceled.lead', { store: store.name })],
    facts: [
      ...factsOf(t, data.change),
      { label: t('fact.canceled_by'), value: data.canceledBy ?? t('fact.system') },
      { label: t('fact.time'), value: formatTime(language, data.at, store.timeZone) },
    ],
    action: { label: t('change_canceled.open'), url: dashboard('/changes') },
    reason: t('reason.security'),
  });
};

export const membershipChanged: Template<'membership_changed'> = (setting) => {
  const { t, data, language, dashboard } = setting;
  const store = storeOf(setting);
  const { event, role, changedBy, at } = data;
  const lead = t(`membership_changed.${event}`, { store: store.name });
  return documentOf({
    subject: oneLine(t(`membership_changed.subject_${event}`, { store: store.name })),
    preview: oneLine(lead),
    mark: { text: t('team_changed.mark'), tone: 'warn' },
    title: t(`membership_changed.title_${event}`),
    lead: [lead, t('membership_changed.todo')],
    facts: [
      ...(event === 'role' ? [{ label: t('fact.role'), value: t(`invitation.${role}`) }] : []),
      { label: t('fact.changed_by'), value: changedBy ?? t('fact.command_line') },
      { label: t('fact.time'), value: formatTime(language, at, store.timeZone) },
    ],
    action: event === 'role' ? { label: t('membership_changed.open'), url: dashboard('/team') } : null,
    reason: t('reason.security'),
  });
};

export const teamChanged: Template<'team_changed'> = (setting) => {
  const { t, data, language, dashboard } = setting;
  const store = storeOf(setting);
  const message = t(`team_changed.${data.event}`, { person: data.person, store: store.name });
  return documentOf({
    subject: oneLine(t('team_changed.subject', { store: store.name })),
    preview: oneLine(message),
    mark: { text: t('team_changed.mark'), tone: 'warn' },
    title: t('team_changed.title'),
    lead: [message, t('team_changed.todo')],
    facts: [
      { label: t('fact.person'), value: data.person },
      { label: t('fact.role'), value: t(`invitation.${data.role}`) },
      { label: t('fact.changed_by'), value: data.changedBy ?? t('fact.command_line') },
      { label: t('fact.time'), value: formatTime(language, data.at, store.timeZone) },
      ...notMeOf(setting, data.notMe),
    ],
    action: { label: t('team_changed.open'), url: dashboard('/team') },
    reason: t('reason.security'),
  });
};
