// E-mails about a store: its webhook receiver, keys, settings, and whether it may take payments.
import { documentOf } from '../document.ts';
import { formatTime, oneLine } from '../format.ts';
import { notMeOf, storeOf, type Template } from './template.ts';

/** The dashboard page of each setting. */
const SECTIONS = {
  receiver: '/settings/receiver',
  webhook: '/settings/connection',
  endpoint: '/endpoints',
  endpoint_secret: '/endpoints',
} as const;

/** The ending of the texts that are about a webhook endpoint, and not about the store's webhook URL. */
const receiverOf = ({ endpointId }: { endpointId?: string }) => (endpointId ? '_endpoint' : '');

export const receiverFailing: Template<'receiver_failing'> = (setting) => {
  const { t, data, dashboard } = setting;
  const store = storeOf(setting);
  const { attempts } = data;
  const of = receiverOf(data);
  return documentOf({
    subject: oneLine(t(`failing.subject${of}`, { store: store.name })),
    preview: t('failing.preview', { attempts }),
    mark: { text: t('failing.mark'), tone: 'warn' },
    title: t(`failing.title${of}`),
    lead: [t('failing.lead', { attempts })],
    facts: [
      { label: t('fact.address'), value: data.url, isCode: true },
      { label: t('fact.last_error'), value: data.responseStatus ? `HTTP ${data.responseStatus}` : data.lastError },
      { label: t('fact.attempts'), value: String(attempts) },
      { label: t('fact.event'), value: data.webhookId, isCode: true },
    ],
    action: { label: t('failing.open'), url: dashboard(of ? SECTIONS.endpoint : '/webhooks') },
    notes: [t(`failing.note${of}`)],
    reason: t('reason.orders', { store: store.name }),
  });
};

export const receiverDisabled: Template<'receiver_disabled'> = (setting) => {
  const { t, data, dashboard } = setting;
  const store = storeOf(setting);
  const of = receiverOf(data);
  return documentOf({
    subject: oneLine(t(`disabled.subject${of}`, { store: store.name })),
    preview: t('disabled.preview'),
    mark: { text: t('disabled.mark'), tone: 'bad' },
    title: t(`disabled.title${of}`),
    lead: [t(`disabled.lead${of}`)],
    facts: [{ label: t('fact.address'), value: data.url, isCode: true }],
    action: of
      ? { label: t('failing.open'), url: dashboard(SECTIONS.endpoint) }
      : { label: t('disabled.open'), url: dashboard(SECTIONS.webhook) },
    notes: [t(`disabled.note${of}`)],
    reason: t('reason.orders', { store: store.name }),
  });
};

/** A network that the store accepts and cannot use now. */
export const networkUnusable: Template<'network_unusable'> = (setting) => {
  const { t, data, dashboard } = setting;
  const store = storeOf(setting);
  const { networks } = data;
  const names = networks.map(({ name }) => name).join(', ');
  return documentOf({
    subject: oneLine(t('network_unusable.subject', { store: store.name, networks: names })),
    preview: t('network_unusable.preview', { networks: names }),
    mark: { text: t('network_unusable.mark'), tone: 'warn' },
    title: t('network_unusable.title'),
    lead: [
      ...networks.map(({ name, problem }) => t(`network_unusable.${problem}`, { network: name })),
      t('network_unusable.note'),
    ],
    facts: [{ label: t('fact.store'), value: store.name }],
    action: { label: t('disabled.open'), url: dashboard('/settings/payments') },
    reason: t('reason.orders', { store: store.name }),
  });
};

export const newKey: Template<'new_key'> = (setting) => {
  const { t, data, language } = setting;
  const store = storeOf(setting);
  return documentOf({
    subject: oneLine(t('new_key.subject', { store: store.name })),
    preview: t('new_key.preview', { name: data.keyName }),
    title: t('new_key.title'),
    lead: [t('new_key.lead', { store: store.name }), t('new_key.todo')],
    facts: [
      { label: t('fact.store'), value: store.name },
      { label: t('fact.key_name'), value: data.keyName },
      { label: t('fact.key'), value: data.apiKey, isCode: true },
      { label: t('fact.created_by'), value: data.createdBy ?? t('fact.command_line') },
      { label: t('fact.created'), value: formatTime(language, data.createdAt, store.timeZone) },
      ...notMeOf(setting, data.notMe),
    ],
    action: { label: t('new_key.open'), url: data.link },
    reason: t('reason.security'),
  });
};

export const settingsChanged: Template<'settings_changed'> = (setting) => {
  const { t, data, language, dashboard } = setting;
  const store = storeOf(setting);
  const { changes } = data;
  const value = (text: string | null) =>
    text === null ? { value: t('settings_changed.none') } : { value: text, isCode: true };
  return documentOf({
    subject: oneLine(t('settings_changed.subject', { store: store.name })),
    preview: changes.map((change) => t(`settings_changed.preview_${change.setting}`)).join(' '),
    mark: { text: t('settings_changed.mark'), tone: 'warn' },
    title: t('settings_changed.title'),
    lead: [
      ...changes.map((change) => t(`settings_changed.${change.setting}`, { store: store.name })),
      t('settings_changed.todo'),
    ],
    facts: [
      { label: t('fact.store'), value: store.name },
      ...changes.flatMap((change) =>
        change.setting === 'endpoint_secret'
          ? [{ label: t('fact.address'), ...value(change.to) }]
          : [
              { label: t(`fact.${change.setting}_before`), ...value(change.from) },
              { label: t(`fact.${change.setting}_now`), ...value(change.to) },
            ],
      ),
      { label: t('fact.changed_by'), value: data.changedBy ?? t('fact.command_line') },
      { label: t('fact.time'), value: formatTime(language, data.at, store.timeZone) },
      ...notMeOf(setting, data.notMe),
    ],
    action: { label: t('settings_changed.open'), url: dashboard(SECTIONS[changes[0]?.setting ?? 'receiver']) },
    reason: t('reason.security'),
  });
};

export const storeActivated: Template<'store_activated'> = (setting) => {
  const { t, data } = setting;
  const store = storeOf(setting);
  return documentOf({
    subject: oneLine(t('activated.subject', { store: store.name })),
    preview: t('activated.preview'),
    mark: { text: t('activated.mark'), tone: 'ok' },
    title: t('activated.title'),
    lead: [t('activated.lead', { store: store.name })],
    action: { label: t('activated.open'), url: data.link },
    reason: t('reason.owner', { store: store.name }),
  });
};

export const storeSuspended: Template<'store_suspended'> = (setting) => {
  const { t, data } = setting;
  const store = storeOf(setting);
  return documentOf({
    subject: oneLine(t('suspended.subject', { store: store.name })),
    preview: t('suspended.preview'),
    mark: { text: t('suspended.mark'), tone: 'bad' },
    title: t('suspended.title'),
    lead: [t('suspended.lead', { store: store.name })],
    facts: [{ label: t('fact.reason'), value: data.reason }],
    action: { label: t('suspended.open'), url: data.link },
    reason: t('reason.owner', { store: store.name }),
  });
};
