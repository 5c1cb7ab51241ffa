// The console opens with the queue that needs a person.
import { type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { requireOperator } from '#web/access/require-member.ts';

export const loader = async (args: LoaderFunctionArgs): Promise<never> => {
  await requireOperator(args);
  const { reviews, merchants } = await args.context.operator.counts();
  throw redirect(reviews > 0 && merchants.applied === 0 ? '/operator/reviews' : '/operator/merchants');
};
