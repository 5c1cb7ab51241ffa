// Saves the form of a payment link, for a new one and for a change.
import { type ActionFunctionArgs, redirect } from '@remix-run/node';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply, parseForm, rejectFields, rejectForm } from '#web/access/form-action.ts';
import { formProblem } from '#web/access/form-error.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { linkFields, readLinkForm } from './link-form.server.ts';

/** @param id of the link that is changed; null makes a new one */
export const saveLink = async (args: ActionFunctionArgs, id: string | null) => {
  const visit = await requireMember(args, { atLeast: DOORS.links.who, write: true });
  const { links } = args.context.dashboard;
  const formData = await readForm(args.request);
  const upload = formData.get('picture');
  // Checked separately; a file can't be sent back with the rejected form.
  formData.delete('picture');
  const old = oldLogInReply(visit.session, formData, 'links', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, linkFields);
  if (submission.status !== 'success') return rejectForm(submission);
  const read = readLinkForm(submission.value, visit.store.timeZone, id === null ? new Date() : null);
  if ('problems' in read) return rejectFields(submission, read.problems);
  try {
    const picture = { upload, remove: submission.value.removePicture };
    const saved = id ?? (await links.create(visit, read, picture));
    if (id !== null) await links.update(visit, id, read.values, picture);
    return redirect(`/dashboard/${visit.store.id}/links/${saved}`, 303);
  } catch (error) {
    const problem = formProblem(error);
    // The file is no field of the form that was parsed.
    if (problem.field === 'picture') return rejectFields(submission, { picture: [problem.message] });
    return rejectForm(submission, problem);
  }
};
