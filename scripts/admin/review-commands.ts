// `review list|resolve`: money that a person must decide on, and the decision.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import { listReviews } from '#db/reviews/review-queue.ts';
import { findChain, tokenName } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import { formatUnits } from '#domain/money.ts';
import { REVIEW_KIND_LIST, type ReviewKind } from '#domain/review-kinds.ts';
import type { ReviewOutcome } from '#domain/review-outcomes.ts';
import { statusName } from '#domain/status.ts';
import { commandActor } from './actor.ts';
import { action, systemEnvironment, withDatabase } from './context.ts';
import { isoOrNull, moment, table, testWord } from './format.ts';

export const addReviewCommands = (program: Command): void => {
  const review = program.command('review').description('money that a person must decide on');

  const list = review
    .command('list')
    .description('open reviews, oldest first; with --resolved the decided ones, newest first')
    .option('--resolved', 'decided reviews')
    .addOption(new Option('--kind <kind>', 'only this kind').choices([...REVIEW_KIND_LIST]))
    .option('--store <store-id>', 'only reviews of this store')
    .addOption(new Option('--limit <rows>', 'maximum number of rows').argParser(asLimit).default(50));
  action(list, async (options) =>
    withDatabase(systemEnvironment(), async (em) => {
      const { resolved, kind, store, limit } = options as {
        resolved?: boolean;
        kind?: ReviewKind;
        store?: string;
        limit: number;
      };
      const rows = await listReviews(em, {
        state: resolved ? 'resolved' : 'open',
        limit,
        ...(kind ? { kind } : {}),
        ...(store ? { storeId: store } : {}),
      });
      return {
        json: rows.map((row) => ({
          review_id: row.id,
          kind: row.kind,
          state: row.state,
          outcome: row.outcome,
          reason: row.resolution,
          resolved_by: row.resolvedBy,
          resolved_at: isoOrNull(row.resolvedAt),
          created_at: row.createdAt.toISOString(),
          all_scale_checkout_intent_id: row.intentId,
          status_name: statusName(row.intentStatus),
          store_id: row.storeId,
          store_is_test: row.storeIsTest,
          chain_id: row.chainId,
          coin: coinSymbol(row.coin),
          token_name: tokenName(row.chainId, row.token, row.coin),
          amount: formatUnits(row.amountUnits),
          tx_hash: row.txHash,
        })),
        lines: table(
          ['review', 'kind', 'amount', 'network', 'store', 'intent', 'found', 'outcome'],
          rows.map((row) => [
            ...[row.id, row.kind, `${formatUnits(row.amountUnits)} ${tokenName(row.chainId, row.token, row.coin)}`],
            ...[
              findChain(row.chainId)?.name ?? String(row.chainId),
              `${row.storeName}${testWord(row.storeIsTest)}`,
              row.intentId,
            ],
            ...[moment(row.createdAt), row.outcome ?? '-'],
          ]),
        ),
      };
    }),
  );

  const resolve = review
    .command('resolve')
    .argument('<review-id>')
    .description(
      'decide: accepted makes the order paid, sent_back records a refund, closed leaves the money at the deposit address',
    )
    .addOption(
      new Option('--outcome <outcome>', 'the decision')
        .choices(['accepted', 'sent_back', 'closed'] satisfies ReviewOutcome[])
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'why, for the timeline and the audit log');
  action(resolve, async (options, reviewItemId: string) =>
    withDatabase(systemEnvironment(), async (em) => {
      const { outcome, reason } = options as { outcome: ReviewOutcome; reason: string };
      const { intentId, resolvedIds } = await resolveReview(em, {
        reviewItemId,
        outcome,
        reason,
        actor: commandActor(),
      });
      return {
        json: { all_scale_checkout_intent_id: intentId, review_ids: resolvedIds, outcome },
        lines: [`${resolvedIds.join(', ')} of ${intentId}: ${outcome}.`],
      };
    }),
  );
};

const asLimit = (given: string): number => {
  const limit = Number(given);
  if (/^\d+$/.test(given) && limit >= 1 && limit <= 10_000) return limit;
  throw new InvalidArgumentError('must be a number from 1 to 10000');
};
