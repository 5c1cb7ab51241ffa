// Invariants 3, 5 to 9 and 13: who was told what, what clients saw, and that nothing is stuck.
import { Client, Connection } from '@temporalio/client';
import { findBrokenAuditEntry } from '#db/merchants/audit.ts';
import { readReportFigures } from '#db/reports/report-figures.ts';
import { TEMPORAL_NAMESPACE } from '#scripts/lib/stack/temporal.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { MOVES } from '../../model.ts';
import { differences, type Facts, type Report, sumBy } from './facts.ts';

const canReach = (from: number, to: number): boolean => {
  const reached = new Set([from]);
  for (const status of reached) for (const next of MOVES[status] ?? []) reached.add(next);
  return reached.has(to);
};

/** 3: each change has one event, in an unbroken line to the present status. */
export const statusesMove = ({ intents, moves }: Facts, report: Report): void => {
  const byIntent = Map.groupBy(moves, ({ intent }) => intent);
  for (const { id, status } of intents.values()) {
    const own = byIntent.get(id) ?? [];
    let at: number | null = null;
    for (const { from, to } of own) {
      if (from !== at) report(3, `${id}: a change from ${from} follows ${at}`);
      if (from !== null && !(MOVES[from] ?? []).includes(to)) report(13, `${id} went from ${from} to ${to}`);
      at = to;
    }
    if (at !== status) report(3, `${id} is ${status}, its timeline ends at ${at}`);
    if (own.filter(({ to }) => to === 20).length > 1 && !own.some(({ to }) => to === 5))
      report(3, `${id} was confirmed twice`);
  }
};

/** 3: one event for each paid order; a receiver that responds has exactly ours. */
export const receiversKnow = ({ world, intents, webhooks }: Facts, report: Report): void => {
  const confirmed = webhooks.filter(({ type }) => type === 'checkout_intent.confirmed');
  const byIntent = Map.groupBy(confirmed, ({ intent }) => intent);
  for (const { id, confirmedAt } of intents.values()) {
    const events = byIntent.get(id)?.length ?? 0;
    const wanted = confirmedAt === null ? 0 : 1;
    if (events !== wanted) report(3, `${id} has ${events} webhook events, not ${wanted}`);
  }
  for (const { storeId, name, receiver, isReceiverDead } of world.shops) {
    if (receiver.wrong.length > 0)
      report(3, `${name} got webhooks that it must reject: ${new Set(receiver.wrong).values().toArray()}`);
    const ours = webhooks.filter(({ store }) => store === storeId);
    if (isReceiverDead) {
      for (const { id, state, attempts } of ours)
        if (state === 'delivered' || attempts === 0)
          report(3, `${id} to a dead receiver is ${state} after ${attempts} attempts`);
      continue;
    }
    for (const { id, intent, transactionId } of ours) {
      const got = receiver.accepted.get(id);
      if (!got) report(3, `${name} never got ${id} of ${intent}`);
      else if (got.intentId !== intent || got.transactionId !== transactionId)
        report(3, `${id} says another order or transaction`);
    }
    const known = new Set(ours.map(({ id }) => id));
    for (const id of receiver.accepted.keys())
      if (!known.has(id)) report(3, `${name} got ${id}, which is none of ours`);
  }
};

/** 5: the report of the run's time sums to the books. */
export const reportsAddUp = async ({ world, bookings }: Facts, report: Report): Promise<void> => {
  const em = world.stack.orm.em.fork();
  const key = ({ chainId, token }: { chainId: number; token: string }): string => `${chainId}:${token}`;
  for (const { storeId, name } of world.shops) {
    const figures = await readReportFigures(em, storeId, new Date(0), new Date(Date.now() + 86_400_000));
    const own = bookings.filter(({ store }) => store === storeId);
    const parts = figures.byCoinAndNetwork;
    for (const [what, one, other] of [
      ['gross', sumBy(parts, key, ({ grossUnits }) => grossUnits), sumBy(own, key, ({ gross }) => gross)],
      ['fee', sumBy(parts, key, ({ feeUnits }) => feeUnits), sumBy(own, key, ({ fee }) => fee)],
      ['net', sumBy(parts, key, ({ netUnits }) => netUnits), sumBy(own, key, ({ net }) => net)],
    ] as const)
      for (const difference of differences(one, other)) report(5, `${name}'s report, ${what}: ${difference}`);
  }
};

/** 6: every create that a client got a response to exists, once. */
export const createsExist = ({ world, intents }: Facts, report: Report): void => {
  for (const { id, number } of world.orders)
    if (!intents.has(id)) report(6, `order ${number} was created as ${id} and does not exist`);
  const names = [...intents.values()].map(({ orderId }) => orderId);
  const known = new Set(world.orders.map(({ number }) => `S${world.seed}-${number}`));
  for (const name of known) {
    const times = names.filter((one) => one === name).length;
    if (times > 1) report(6, `${name} was created ${times} times with one key`);
  }
  if (names.includes('wrong clock')) report(6, 'an order of a server with a wrong clock was created');
};

/** 7: one e-mail for each subject, kind and recipient, and the provider took each once. */
export const mailsAreSentOnce = ({ world, intents, emails }: Facts, report: Report): void => {
  const keys = emails.map(({ subject, kind, recipient }) => `${subject} ${kind} ${recipient}`);
  if (new Set(keys).size !== keys.length) report(7, 'an e-mail is queued twice');
  const { accepted } = world.stack.mail;
  for (const { id, kind, state } of emails) {
    if (state === 'sent' && !accepted.has(id)) report(7, `${id} (${kind}) is sent, and the provider does not know it`);
    if (state !== 'sent') report(7, `${id} (${kind}) is ${state}`);
  }
  const known = new Set(emails.map(({ id }) => id));
  for (const key of accepted.keys()) if (!known.has(key)) report(7, `the provider took ${key}, which is none of ours`);
  const paid = new Set(emails.filter(({ kind }) => kind === 'order_paid').map(({ subject }) => subject));
  for (const { id, confirmedAt } of intents.values())
    if (confirmedAt !== null && !paid.has(id)) report(7, `nobody got an e-mail that ${id} is paid`);
};

/** What may run for ever. */
const STANDING = /^chain(Watcher|Relayer)Workflow$/;

/** A workflow ends a moment after its last effect, and lists of workflows are a little late. */
const ENDED_WITHIN_MS = 60_000;

/** 8: nothing failed, and nothing runs that has no more to do. */
export const nothingIsStuck = async ({ world, webhooks }: Facts, report: Report): Promise<void> => {
  // A webhook to a dead receiver is tried for days, by its order's workflow or by its own.
  const waiting = webhooks.filter(({ state }) => state === 'pending').flatMap(({ id, intent }) => [id, intent ?? id]);
  const connection = await Connection.connect({ address: world.stack.temporalAddress });
  const client = new Client({ connection, namespace: TEMPORAL_NAMESPACE });
  let stuck: string[] = [];
  const isIdle = async (): Promise<boolean> => {
    stuck = [];
    for await (const { workflowId, type, runId } of client.workflow.list({ query: "ExecutionStatus = 'Running'" })) {
      if (STANDING.test(type) || waiting.some((id) => workflowId.includes(id))) continue;
      const { raw, status } = await client.workflow.getHandle(workflowId, runId).describe();
      if (status.name === 'RUNNING') {
        stuck.push(
          `${type} ${workflowId} still runs (workflow task: attempt ${raw.pendingWorkflowTask?.attempt ?? 0})`,
        );
      }
    }
    return stuck.length === 0;
  };
  try {
    const bad = "ExecutionStatus in ('Failed', 'Terminated', 'TimedOut')";
    for await (const { workflowId, type, status } of client.workflow.list({ query: bad }))
      report(8, `the workflow ${type} ${workflowId} is ${status.name}`);
    const options = { what: 'the end of all workflows', timeoutMs: ENDED_WITHIN_MS, intervalMs: 1_000 };
    await waitFor(isIdle, options).catch(() => {});
    for (const message of stuck) report(8, message);
  } finally {
    await connection.close();
  }
};

/** 9 */
export const auditIsIntact = async ({ world }: Facts, report: Report): Promise<void> => {
  const broken = await findBrokenAuditEntry(world.stack.orm.em.fork());
  if (broken) report(9, `the audit log is broken at ${broken.id}`);
};

const ENDED: ReadonlySet<string> = new Set(['paid', 'expired', 'canceled', 'underpaid', 'rejected', 'failed']);
const BEFORE_END: ReadonlySet<string> = new Set(['pay', 'confirming', 'closing']);

/** 13: what clients saw never went backwards. */
export const clientsSawOneWay = ({ world }: Facts, report: Report): void => {
  for (const { id, statuses, phases } of world.orders) {
    for (const [index, status] of statuses.entries()) {
      const before = statuses[index - 1];
      if (before !== undefined && !canReach(before, status))
        report(13, `the API said ${before} and then ${status} of ${id}`);
    }
    for (const [index, phase] of phases.entries()) {
      const before = phases[index - 1] ?? '';
      if (before === 'paid' && phase !== 'sendBack') report(13, `the page of ${id} said paid, and then ${phase}`);
      // From `expired` a late payment leads to a review, and a closed review may lead back; but never to a page that asks for money.
      if (ENDED.has(before) && BEFORE_END.has(phase)) report(13, `the page of ${id} said ${before}, and then ${phase}`);
    }
  }
};
