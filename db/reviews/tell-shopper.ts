// E-mails to a shopper about money that a person decides on: queued in the transaction that opens the reviews or decides them, and read
// again before they are sent, because a later event may have made them false.

import type { IntentId } from '#domain/ids.ts';
import { formatUnits, unitsOf } from '#domain/money.ts';
import type { ReviewOutcome } from '#domain/review-outcomes.ts';
import { IntentStatus } from '#domain/status.ts';
import type { ShopperReviewData, ToldKind, ToldMoney } from '#domain/told-money.ts';
import { queueShopperEmailBy, type Writer } from '../delivery/queue-emails.ts';
import type { Em } from '../orm.ts';
import { type Sql, sqlOf } from '../pool.ts';

/** Of reviews `r` with their transfers `t`. A removed payment is none that waits (`ToldKind`). */
const MONEY = `r.kind as review, t.amount_units::text as "amountUnits", t.coin, t.token, t.chain_id as "chainId", t.tx_hash as "txHash",
    t.from_address as "from"`;
const IS_TOLD = `r.kind <> 'reorg_after_confirmed'`;

type Row = Omit<ToldMoney, 'amount'> & { amountUnits: string };

const moneyOf = ({ amountUnits, ...row }: Row): ToldMoney => ({ ...row, amount: formatUnits(unitsOf(amountUnits)) });

/** The same money after it was mined again in another block. */
const keyOf = ({ review, chainId, txHash, token, amount }: ToldMoney): string =>
  `${review}:${chainId}:${txHash}:${token}:${amount}`;

export interface ReviewNotice {
  intentId: IntentId;
  reviewIds: readonly string[];
  /** Null: they were opened. */
  outcome: ReviewOutcome | null;
}

/** Queues one e-mail about the money of these reviews, once for each outcome; none when the shopper left no address. */
export const tellShopper = async (
  sql: Sql,
  { intentId, reviewIds, outcome }: ReviewNotice,
  by: Writer = 'other',
): Promise<void> => {
  const { rows } = await sql.query<Row>({
    name: 'review-told-money',
    text: `select ${MONEY} from review_item r join token_transfer t on t.id = r.transfer_id join checkout_intent i on i.id = r.intent_id
      where r.intent_id = $1 and r.id = any($2::bigint[]) and ${IS_TOLD} and i.shopper_email is not null order by r.id`,
    values: [intentId, reviewIds],
  });
  const money = rows.map(moneyOf);
  const [first] = money;
  if (!first) return;
  const subjectId = `${intentId}:${outcome ?? 'waits'}:${keyOf(first)}`;
  await queueShopperEmailBy(sql, { kind: 'shopper_review', subjectId, intentId, data: { outcome, money } }, by);
};

interface StandingRow extends Row {
  review: ToldKind;
  refundAddress: string | null;
}

/** Waiting money that is on its way back is not decided on any more. */
const IS_WAITING = `r.state = 'open' and not t.in_payment and i.status <> ${IntentStatus.SEND_BACK}
  and not exists (select from send_back b where b.intent_id = i.id and b.transfer_id = t.id and b.state <> 'failed')`;

/** Of this money, what is still as the message says, and the refund addresses that its shopper gave. */
export const readStanding = async (
  em: Em,
  intentId: IntentId,
  { outcome, money }: { outcome: ReviewOutcome | null; money: readonly ToldMoney[] },
): Promise<Required<Pick<ShopperReviewData, 'money' | 'refundAddresses' | 'mayNameAddress'>>> => {
  const { rows } = await sqlOf({ em }).query<StandingRow>({
    name: 'review-standing',
    text: `select ${MONEY}, a.address as "refundAddress"
      from review_item r join token_transfer t on t.id = r.transfer_id join checkout_intent i on i.id = r.intent_id
      left join refund_address a on a.intent_id = i.id and a.chain_id = t.chain_id and a.sender = t.from_address
      where r.intent_id = $1 and t.state <> 'orphaned' and ${IS_TOLD}
        and case when $2::text is null then ${IS_WAITING} else r.outcome = $2 end order by r.id`,
    values: [intentId, outcome],
  });
  const standing = new Map(rows.map(({ refundAddress, ...row }) => [keyOf(moneyOf(row)), refundAddress]));
  const left = money.filter((one) => standing.has(keyOf(one)));
  const addresses = left.flatMap((one) => standing.get(keyOf(one)) ?? []);
  return { money: left, refundAddresses: [...new Set(addresses)], mayNameAddress: addresses.length < left.length };
};
