// Webhook endpoints in the dashboard (decision 0115): a description, a renewed secret that waits, test events, which have neither an
// event nor an order, and the headers of attempts.
import { Migration } from '@mikro-orm/migrations';

export class Migration0063EndpointSecrets extends Migration {
  override name = 'Migration0063EndpointSecrets';

  override up(): void | Promise<void> {
    this.addSql(
      `alter table "webhook_endpoint" add "description" text null, add "next_sealed_secret" text null, add "next_secret_at" timestamptz null, add constraint "webhook_endpoint_next_secret_check" check ((next_sealed_secret is null) = (next_secret_at is null));`,
    );
    this.addSql(
      `alter table "endpoint_delivery" alter column "event_id" drop not null, alter column "intent_id" drop not null;`,
    );
    this.addSql(`alter table "endpoint_attempt" add "request_headers" jsonb null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "endpoint_attempt" drop column "request_headers";`);
    this.addSql(
      `delete from "endpoint_attempt" a using "endpoint_delivery" d where d.id = a.delivery_id and d.event_id is null;`,
    );
    this.addSql(`delete from "endpoint_delivery" where event_id is null;`);
    this.addSql(
      `alter table "endpoint_delivery" alter column "event_id" set not null, alter column "intent_id" set not null;`,
    );
    this.addSql(
      `alter table "webhook_endpoint" drop constraint "webhook_endpoint_next_secret_check", drop column "description", drop column "next_sealed_secret", drop column "next_secret_at";`,
    );
  }
}
