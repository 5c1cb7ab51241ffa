// Nobody becomes a member of a merchant with an account whose e-mail address is unproven (decision 0060). Existing rows stay.
import { Migration } from '@mikro-orm/migrations';

export class Migration0023ProvenMembers extends Migration {
  override name = 'Migration0023ProvenMembers';

  override up(): void | Promise<void> {
    // better-auth creates its schema after this one: the function's body is read when it runs.
    this.addSql(`create schema if not exists auth;`);
    this.addSql(`create function member_is_proven() returns trigger language plpgsql as $$
begin
  if exists (select from auth."user" u where u.id = new.user_id and not u."emailVerified") then
    raise exception 'the e-mail address of account % is unproven', new.user_id
      using errcode = 'check_violation', constraint = 'member_is_proven', table = 'member';
  end if;
  return new;
end $$;`);
    this.addSql(
      `create trigger member_is_proven before insert or update of user_id, role on "member" for each row execute function member_is_proven();`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop trigger member_is_proven on "member";`);
    this.addSql(`drop function member_is_proven();`);
  }
}
