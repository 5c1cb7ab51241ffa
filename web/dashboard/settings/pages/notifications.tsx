// Recipients of e-mails about orders and of reports.
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { Card } from '#web/ui/card.tsx';
import { Checkbox, FieldSet, TextArea } from '#web/ui/field.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { SettingsForm } from '../parts/settings-form.tsx';
import { loadSection, saveSection } from '../parts/settings-route.ts';

export const meta = storeTitle('E-mail and report settings');
export const loader = (args: LoaderFunctionArgs) => loadSection(args, 'notifications');
export const action = (args: ActionFunctionArgs) => saveSection(args, 'notifications');

export default function NotificationSettings() {
  const section = useLoaderData<typeof loader>();
  const { values, owners } = section.view;
  const whileEmpty = `One address per line. While it is empty, mail goes to the owners (${owners.join(', ') || 'none'}).`;
  return (
    <Card>
      <SettingsForm key={JSON.stringify(values)} {...section}>
        {({ field, checkbox }) => (
          <>
            <TextArea
              label="E-mails about orders go to"
              hint={whileEmpty}
              spellCheck={false}
              {...field('notificationEmails')}
            />
            <FieldSet legend="Send an e-mail">
              <Checkbox label="for each order created" {...checkbox('emailsOrderCreated')} />
              <Checkbox label="for each order paid" {...checkbox('emailsOrderPaid')} />
              <Checkbox
                label="when something needs attention"
                hint="Late, short or wrong payments, and a webhook receiver that fails."
                {...checkbox('emailsAttention')}
              />
              <Checkbox label="for each refund that is confirmed" {...checkbox('emailsRefunds')} />
            </FieldSet>
            <TextArea label="Reports go to" hint={whileEmpty} spellCheck={false} {...field('reportRecipients')} />
            <FieldSet legend="Reports">
              <Checkbox label="daily" {...checkbox('dailyReports')} />
              <Checkbox label="monthly" {...checkbox('monthlyReports')} />
              <Checkbox label="also for a day or month without orders" {...checkbox('reportsWhenEmpty')} />
            </FieldSet>
          </>
        )}
      </SettingsForm>
    </Card>
  );
}
