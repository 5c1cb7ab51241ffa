// A withdrawn transfer that was sent all the same left the wallet: it is in the books, also when it is more than what was left of the
// payer's money (decision 0083).
import { Migration } from '@mikro-orm/migrations';

/** @param except refunds that may exceed what their payer sent */
const limit = (
  except: string,
): string => `create or replace function "send_back_limit"() returns trigger language plpgsql as $$
      declare sent numeric; returned numeric;
      begin
        if new.state = 'failed'${except} then return new; end if;
        perform from checkout_intent where id = new.intent_id for update;
        select coalesce(sum(amount_base_units), 0) into sent from token_transfer
          where intent_id = new.intent_id and chain_id = new.chain_id and token = new.token
            and from_address = new.payer_address and state = 'confirmed';
        select coalesce(sum(amount_base_units + withheld_base_units), 0) into returned from send_back
          where intent_id = new.intent_id and chain_id = new.chain_id and token = new.token
            and payer_address = new.payer_address and state <> 'failed' and id <> new.id;
        if returned + new.amount_base_units + new.withheld_base_units > sent then
          raise exception 'Refunds of intent % to % would be more than % sent', new.intent_id, new.payer_address, sent
            using errcode = 'check_violation', constraint = 'send_back_limit';
        end if;
        return new;
      end $$;`;

export class Migration0040EverySentRefund extends Migration {
  override name = 'Migration0040EverySentRefund';

  override up(): void | Promise<void> {
    this.addSql(limit(' or (new.withdrawn_at is not null and new.log_index is not null)'));
    // Those that an older release left outside the books have their event's place. They are searched for again.
    this.addSql(
      `update "send_back" set "is_watched" = true where state = 'failed' and source = 'wallet' and withdrawn_at is not null and log_index is not null;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(limit(''));
  }
}
