// The page of alerts: what was told, how it was delivered, and who gets the e-mails.
import { listAlertMessages } from '#db/monitoring/alert-messages.ts';
import { listAlertPeople, listAlerts, sendTestAlert, setAlertEmails } from '#db/monitoring/operator-alerts.ts';
import type { Em } from '#db/orm.ts';
import { alertText } from '#domain/operator-alerts.ts';
import type { AlertsView, AlertView } from './operator-types.ts';

const MESSAGES = 20;

export interface AlertActions {
  alerts(userId: string): Promise<AlertsView>;
  /** Switches the e-mails of this operator on or off. */
  setAlertEmails(userId: string, isTold: boolean): Promise<void>;
  /** To this address, and to the webhook when there is one. */
  sendTestAlert(email: string): Promise<void>;
}

export const createAlertActions = (em: Em, publicUrl: string): AlertActions => ({
  async alerts(userId) {
    const [alerts, messages, people] = await Promise.all([
      listToldAlerts(em),
      listAlertMessages(em, MESSAGES),
      listAlertPeople(em),
    ]);
    return {
      alerts,
      messages: messages.map((message) => ({ ...message, createdAt: message.createdAt.toISOString() })),
      people: people.map(({ email, isTold }) => ({ email, isTold })),
      isTold: people.find((person) => person.userId === userId)?.isTold ?? false,
    };
  },
  setAlertEmails: (userId, isTold) => setAlertEmails(em, userId, isTold),
  sendTestAlert: (email) => sendTestAlert(em, email, publicUrl),
});

/** Open ones first, then the newest that ended. */
export const listToldAlerts = async (em: Em): Promise<AlertView[]> =>
  (await listAlerts(em)).map((alert) => ({
    id: alert.id,
    kind: alert.kind,
    text: alertText(alert),
    since: alert.since,
    endedAt: alert.endedAt,
  }));
