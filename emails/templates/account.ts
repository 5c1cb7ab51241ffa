// E-mails about an account: invitations, links for passwords and addresses, log-ins; and the daily head of the audit log.
import { auditHeadFacts } from '#domain/audit-head.ts';
import type { AccountNotice } from '#domain/email-data.ts';
import { documentOf, type EmailDocument } from '../document.ts';
import { formatTime, oneLine } from '../format.ts';
import type { EmailTextKey } from '../text/en.ts';
import type { Setting, Template } from './template.ts';

/** Accounts have no time zone. */
const ZONE = 'UTC';

const host = ({ publicUrl }: { publicUrl: string }): string => new URL(publicUrl).host;

export const invitation: Template<'invitation'> = (setting) => {
  const { t, data, language } = setting;
  const { merchantName: merchant, invitedBy: inviter } = data;
  const time = formatTime(language, data.expiresAt, ZONE);
  return documentOf({
    subject: oneLine(t('invitation.subject', { merchant })),
    preview: t('invitation.preview', { merchant }),
    title: t('invitation.title', { merchant }),
    lead: [t('invitation.lead', { inviter, merchant })],
    facts: [
      { label: t('fact.role'), value: t(`invitation.${data.role}`) },
      { label: t('fact.invited_by'), value: inviter },
    ],
    action: { label: t('invitation.open'), url: data.link },
    notes: [t('link.once', { time })],
    reason: t('reason.invitation', { inviter }),
  });
};

const accountLink = (
  setting: Setting<'password_reset' | 'email_verification'>,
  message: 'reset' | 'verification',
  notes: readonly string[] = [],
): EmailDocument => {
  const { t, data, language } = setting;
  const time = formatTime(language, data.expiresAt, ZONE);
  return documentOf({
    subject: t(`${message}.subject`),
    preview: t(`${message}.preview`, { time }),
    title: t(`${message}.title`),
    lead: [t(`${message}.lead`)],
    action: { label: t(`${message}.open`), url: data.link },
    notes: [t('link.once', { time }), ...notes],
    reason: t('reason.account', { host: host(setting) }),
  });
};

export const passwordReset: Template<'password_reset'> = (setting) =>
  accountLink(setting, 'reset', [setting.t('reset.wallet')]);

export const emailVerification: Template<'email_verification'> = (setting) => accountLink(setting, 'verification');

const OPEN: Partial<Record<AccountNotice['event'], EmailTextKey>> = {
  sign_up: 'notice.sign_up.open',
  sign_up_known: 'notice.sign_up_known.open',
  passkey_reset: 'notice.passkey_reset.open',
  recovery_started: 'notice.recovery_started.open',
  recovery_link: 'notice.recovery_link.open',
  email_confirm: 'notice.email_confirm.open',
  email_changed: 'notice.email_changed.open',
  password_changed: 'notice.password_changed.open',
  factors_changed: 'notice.factors_changed.open',
};

/** The subject is the title: these messages are short. */
export const accountNotice: Template<'account_notice'> = (setting) => {
  const { t, data, language } = setting;
  const { event, email, link } = data;
  const time = data.time ? formatTime(language, data.time, ZONE) : '';
  const title = oneLine(t(`notice.${event}.title`, { email }));
  return documentOf({
    subject: title,
    preview: title,
    title,
    lead: [t(`notice.${event}.lead`, { email, time })],
    ...(link ? { action: { label: t(OPEN[event] ?? 'notice.email_asked.open'), url: link } } : {}),
    reason: t('reason.account', { host: host(setting) }),
  });
};

export const newDevice: Template<'new_device'> = ({ t, data, language, publicUrl }) =>
  documentOf({
    subject: t('new_device.subject'),
    preview: oneLine(t('new_device.preview', { device: data.device, ip: data.ipAddress })),
    title: t('new_device.title'),
    lead: [t('new_device.lead'), t('new_device.todo')],
    facts: [
      { label: t('fact.device'), value: data.device },
      { label: t('fact.ip_address'), value: data.ipAddress },
      { label: t('fact.time'), value: formatTime(language, data.at, ZONE) },
      ...(data.notMe ? [{ label: t('fact.not_you'), value: t('not_me.account'), link: publicUrl + data.notMe }] : []),
    ],
    action: { label: t('new_device.open'), url: data.link },
    reason: t('reason.security'),
  });

/** Many wrong passwords, wrong codes after the right password, which is worse: somebody knows it; or a log-in during a flood. */
export const logInAttempts: Template<'log_in_attempts'> = ({ t, data, language, publicUrl }) =>
  documentOf({
    subject: t('log_in_attempts.subject'),
    preview: t(`log_in_attempts.lead_${data.wrong}`, { count: data.attempts }),
    mark: { text: t('settings_changed.mark'), tone: 'warn' },
    title: t('log_in_attempts.title'),
    lead: [
      t(`log_in_attempts.lead_${data.wrong}`, { count: data.attempts }),
      ...(data.wrong === 'none' ? [] : [t('log_in_attempts.slower')]),
      t(`log_in_attempts.todo_${data.wrong}`),
    ],
    facts: [
      { label: t('fact.time'), value: formatTime(language, data.at, ZONE) },
      ...(data.letIn
        ? [{ label: t('fact.let_in'), value: t('log_in_attempts.let_in'), link: publicUrl + data.letIn }]
        : []),
    ],
    action: { label: t('log_in_attempts.open'), url: data.link },
    reason: t('reason.security'),
  });

export const auditHead: Template<'audit_head'> = ({ t, data }) =>
  documentOf({
    subject: t('audit_head.subject', { number: data.number }),
    preview: t('audit_head.lead'),
    title: t('audit_head.subject', { number: data.number }),
    lead: [t('audit_head.lead'), t('audit_head.todo')],
    facts: auditHeadFacts(data).map((fact) => ({ ...fact, isCode: true })),
    reason: t('reason.operator'),
  });
