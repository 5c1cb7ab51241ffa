// The response of a new webhook URL, right after it was saved, with a test event as the next step.
import { Form } from '@remix-run/react';
import { SubmitButton } from '#web/ui/button.tsx';
import { Notice } from '#web/ui/notice.tsx';

/** How a receiver that checks signatures may respond to a request without one. */
const REJECTS_UNSIGNED: readonly number[] = [400, 401, 403, 415, 422];

interface ReceiverMessage {
  tone: 'ok' | 'warn';
  title: string;
  text: string;
}

/** Null: not a result of the check. @param answer from the page's URL */
export const receiverMessage = (answer: string | null): ReceiverMessage | null => {
  if (answer === 'not-found') {
    return {
      tone: 'warn',
      title: 'Saved, but the name in this URL was not found',
      text: 'Check its spelling. If it is right, deliveries begin once the name is found.',
    };
  }
  if (answer === 'no-answer') {
    return {
      tone: 'warn',
      title: 'Saved, but nothing responded at this URL within 5 seconds',
      text: 'Check the URL, and that your server and firewall accept requests from outside.',
    };
  }
  const status = Number(/^status-([1-5]\d\d)$/.exec(answer ?? '')?.[1]);
  if (Number.isNaN(status)) return null;
  if (status >= 200 && status < 300) {
    return { tone: 'ok', title: 'The receiver responded', text: `HTTP ${status} to a request without a signature.` };
  }
  if (REJECTS_UNSIGNED.includes(status)) {
    return {
      tone: 'ok',
      title: 'The receiver responded',
      text: `HTTP ${status} to a request without a signature, as it should. A test event has a signature.`,
    };
  }
  return {
    tone: 'warn',
    title: `Saved, but the receiver responded with HTTP ${status}`,
    text:
      status >= 300 && status < 400
        ? 'Redirects are not followed: enter the URL that it leads to.'
        : 'Check the URL, and that your server takes POST requests there.',
  };
};

/** @param test absent: the reader may not send one */
export function ReceiverAnswerNotice({ message, test }: { message: ReceiverMessage; test?: string | undefined }) {
  return (
    <Notice tone={message.tone} announced title={message.title}>
      <div className="grid justify-items-start gap-3">
        <p>{message.text}</p>
        {test ? (
          <Form method="post" action={test}>
            <SubmitButton name="do" value="test" busyLabel="Sending…">
              Send test event
            </SubmitButton>
          </Form>
        ) : null}
      </div>
    </Notice>
  );
}
