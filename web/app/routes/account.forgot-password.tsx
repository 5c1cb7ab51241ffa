// Asks for a link to a new password. The answer is the same whether there is such an account or not.
import { type ActionFunctionArgs, data, type MetaFunction } from '@remix-run/node';
import { Form, Link, useActionData, useNavigation } from '@remix-run/react';
import { Field, Note, Problem } from '../account/form-parts.tsx';

export const meta: MetaFunction = () => [{ title: 'Forgot the password · AllScale' }];

const LONGEST_ADDRESS = 254;

export const action = async ({ request, context }: ActionFunctionArgs) => {
  const email = String((await request.formData()).get('email') ?? '').trim();
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > LONGEST_ADDRESS) {
    return data({ email, failure: 'This is not an e-mail address.' }, { status: 422 });
  }
  const answer = await context.account.callAuth(request, context.clientAddress, '/request-password-reset', { email });
  if (answer.ok) return data({ email, failure: null });
  const failure =
    answer.status === 429
      ? 'Too many tries. Wait a minute, then try again.'
      : 'The link could not be sent. Check the address, or try again in a moment.';
  return data({ email, failure }, { status: answer.status === 429 ? 429 : 422 });
};

export default function ForgotPasswordPage() {
  const answer = useActionData<typeof action>();
  const busy = useNavigation().state !== 'idle';
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">Forgot the password</h1>
      {answer && !answer.failure ? (
        <div role="status">
          <Note tone="ok">
            If there is an account for {answer.email}, a link to a new password is on its way. It is good for an hour;
            of several within two minutes only one is sent.
          </Note>
        </div>
      ) : (
        <Form method="post" className="grid gap-4" noValidate>
          <Field
            label="E-mail address"
            name="email"
            type="email"
            autoComplete="username"
            required
            maxLength={LONGEST_ADDRESS}
            defaultValue={answer?.email}
          />
          <Note>
            A wallet is not opened by a new password: if its key was sealed with the one that is forgotten, its recovery
            phrase opens it.
          </Note>
          <button type="submit" className="button button-primary" disabled={busy}>
            Send me a link
          </button>
          {answer?.failure ? <Problem>{answer.failure}</Problem> : null}
        </Form>
      )}
      <p className="text-sm text-ink-2">
        <Link className="link" to="/account/log-in">
          Back to the log-in
        </Link>
      </p>
    </div>
  );
}
