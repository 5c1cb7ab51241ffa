// A proposal that waits for its second operator is an alert (decision 0088).
import { Migration } from '@mikro-orm/migrations';

const drop = 'alter table "operator_alert" drop constraint "operator_alert_kind_check";';
const check = (kinds: string): string =>
  `alter table "operator_alert" add constraint "operator_alert_kind_check" check (kind in (${kinds}));`;
const BEFORE =
  "'chain_behind', 'relayer_low', 'review_old', 'dispatch_waiting', 'webhooks_waiting', 'emails_waiting', 'settlement_failing'";

export class Migration0050ProposalAlert extends Migration {
  override up(): void | Promise<void> {
    this.addSql(drop);
    this.addSql(check(`${BEFORE}, 'proposal_waiting'`));
  }

  override down(): void | Promise<void> {
    this.addSql(`delete from "operator_alert" where kind = 'proposal_waiting';`);
    this.addSql(drop);
    this.addSql(check(BEFORE));
  }
}
