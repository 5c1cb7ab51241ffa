// A process that makes one attempt at one message through Resend, to be killed in it:
// `node one-attempt.ts <database url> <base url> <message id>`.
import { MockActivityEnvironment } from '@temporalio/testing';
import { createEmailActivities } from '#activities/email.ts';
import { createResendTransport } from '#activities/email-resend.ts';
import { openOrm } from '#db/orm.ts';

const [databaseUrl = '', baseUrl = '', messageId = ''] = process.argv.slice(2);
const orm = await openOrm({ databaseUrl });
const { sendEmail } = createEmailActivities({
  em: orm.em,
  transport: createResendTransport({ apiKey: 're_test', baseUrl }),
  from: 'Checkout <no-reply@pay.example>',
  publicUrl: 'https://pay.example',
});
await new MockActivityEnvironment().run(sendEmail, messageId);
await orm.close();
