// Makes one attempt to send one message through Resend; its test kills it meanwhile:
// `node one-attempt.ts <database url> <base url> <message id>`.
import { MockActivityEnvironment } from '@temporalio/testing';
import { createEmailActivities } from '#activities/email.ts';
import { createResendTransport } from '#activities/email-resend.ts';
import { openOrm } from '#db/orm.ts';
import { loadEmailTemplates } from '#worker/email-templates.ts';

const [databaseUrl = '', baseUrl = '', messageId = ''] = process.argv.slice(2);
const orm = await openOrm({ databaseUrl });
const { sendEmail } = createEmailActivities({
  em: orm.em,
  renderEmail: await loadEmailTemplates(false),
  transport: createResendTransport({ apiKey: 're_test', baseUrl }),
  from: 'Checkout <no-reply@pay.example>',
  publicUrl: 'https://pay.example',
});
await new MockActivityEnvironment().run(sendEmail, messageId);
await orm.close();
