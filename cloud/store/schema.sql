CREATE TABLE "access_token" (
  "id" text primary key,
  "name" text not null,
  "role" text not null,
  "channel_kind" text,
  "channel_id" text,
  "digest" text not null unique,
  "created_at" bigint not null,
  "last_used_at" bigint,
  "revoked_at" bigint);

CREATE UNIQUE INDEX "access_token_name" on "access_token" (
  "name") where "revoked_at" is null;

CREATE TABLE "alert" (
  "id" text primary key,
  "alert_key" text not null unique,
  "kind" text not null,
  "hwid" text not null,
  "node_id" text,
  "dm" text,
  "event_id" text not null,
  "off_ms" bigint,
  "times" bigint not null,
  "first_at" bigint not null,
  "last_at" bigint not null);

CREATE INDEX "alert_last" on "alert" (
  "last_at");

CREATE TABLE "applied_by" (
  "kind" text not null,
  "id" text not null,
  "owner" text not null, constraint "applied_by_pk" primary key ("kind",
  "id"));

CREATE INDEX "applied_by_owner" on "applied_by" (
  "owner");

CREATE TABLE "audit" (
  "id" text primary key,
  "at" bigint not null,
  "by_token" text not null,
  "by_name" text not null,
  "action" text not null,
  "subject_kind" text not null,
  "subject_id" text not null,
  "why" text,
  "detail" text);

CREATE INDEX "audit_at" on "audit" (
  "at",
  "id");

CREATE INDEX "audit_subject" on "audit" (
  "subject_kind",
  "subject_id",
  "at");

CREATE TRIGGER campaign_delete_counts AFTER DELETE ON campaign
              BEGIN UPDATE registry_version SET version = version + 1; END;

CREATE TRIGGER campaign_insert_counts AFTER INSERT ON campaign
              BEGIN UPDATE registry_version SET version = version + 1; END;

CREATE TRIGGER campaign_update_counts AFTER UPDATE ON campaign
              BEGIN UPDATE registry_version SET version = version + 1; END;

CREATE TABLE "campaign" (
  "id" text primary key,
  "name" text not null,
  "state" text not null,
  "version" integer not null,
  "updated_at" bigint not null);

CREATE TRIGGER campaign_version_delete_counts AFTER DELETE ON campaign_version
              BEGIN UPDATE registry_version SET version = version + 1; END;

CREATE TRIGGER campaign_version_insert_counts AFTER INSERT ON campaign_version
              BEGIN UPDATE registry_version SET version = version + 1; END;

CREATE TRIGGER campaign_version_update_counts AFTER UPDATE ON campaign_version
              BEGIN UPDATE registry_version SET version = version + 1; END;

CREATE TABLE "campaign_version" (
  "campaign_id" text not null references "campaign" ("id"),
  "version" integer not null,
  "trigger_on" text not null,
  "spec" text not null,
  "created_at" bigint not null,
  "restores" integer,
  "name" text, constraint "campaign_version_pk" primary key ("campaign_id",
  "version"));

CREATE TABLE "consent" (
  "id" text primary key,
  "member_id" text not null references "member" ("id"),
  "purpose" text not null,
  "action" text not null,
  "wording" text not null,
  "source" text not null,
  "at" bigint not null);

CREATE INDEX "consent_member" on "consent" (
  "member_id",
  "purpose",
  "at");

CREATE TABLE "counter" (
  "key" text primary key,
  "used" bigint not null);

CREATE TABLE "coupon" (
  "id" text primary key,
  "campaign_id" text not null,
  "campaign_version" integer not null,
  "member_id" text not null references "member" ("id"),
  "issue_key" text not null unique,
  "code_hash" text not null unique,
  "code_sealed" blob not null,
  "state" text not null,
  "issued_at" bigint not null,
  "expires_at" bigint not null,
  "store_id" text,
  "folded_into" text,
  "opened_at" bigint,
  "opened_count" integer default 0 not null,
  "source" text);

CREATE INDEX "coupon_campaign" on "coupon" (
  "campaign_id",
  "state");

CREATE INDEX "coupon_member" on "coupon" (
  "member_id",
  "campaign_id");

CREATE TABLE "coupon_lock" (
  "coupon_id" text primary key references "coupon" ("id"),
  "id" text not null unique,
  "channel_kind" text not null,
  "channel_id" text not null,
  "token_id" text not null,
  "locked_at" bigint not null,
  "until" bigint not null);

CREATE TABLE "decision" (
  "id" text primary key,
  "event_id" text not null references "event" ("id"),
  "campaign_id" text not null,
  "campaign_version" integer not null,
  "member_id" text,
  "visit_id" text,
  "node_id" text,
  "outcome" text not null,
  "reason" text,
  "weighed" integer not null,
  "trust" text not null,
  "passed" text not null,
  "route" text,
  "coupon_id" text,
  "decided_at" bigint not null,
  "store_id" text,
  "complaint" text, constraint "decision_once" unique ("event_id",
  "campaign_id"));

CREATE INDEX decision_campaign_got ON decision (campaign_id, decided_at) WHERE outcome IN ('granted', 'ghost');

CREATE INDEX "decision_fixed_offers" on "decision" (
  "node_id",
  "decided_at") where "trust" = 'fixed';

CREATE INDEX decision_member_got ON decision (member_id, decided_at) WHERE outcome IN ('granted', 'ghost');

CREATE INDEX "decision_weighed" on "decision" (
  "visit_id",
  "campaign_id") where "weighed" = 1;

CREATE TABLE "deferral" (
  "event_id" text not null references "event" ("id"),
  "campaign_id" text not null,
  "member_id" text not null references "member" ("id"),
  "trigger_on" text not null,
  "until" bigint not null,
  "closed_at" bigint, constraint "deferral_pk" primary key ("event_id",
  "campaign_id"));

CREATE INDEX deferral_due ON deferral (until) WHERE closed_at IS NULL;

CREATE TABLE "delivery" (
  "id" text primary key,
  "decision_id" text not null unique references "decision" ("id"),
  "member_id" text not null,
  "coupon_id" text,
  "route" text not null,
  "fallback" text not null,
  "retry_key" text not null unique,
  "reply_token_sealed" blob,
  "token_received_at" bigint,
  "messages_sealed" blob not null,
  "state" text not null,
  "park_reason" text,
  "in_doubt" integer not null,
  "attempts" integer not null,
  "next_attempt_at" bigint not null,
  "claimed_until" bigint,
  "not_after" bigint not null,
  "budget_key" text,
  "stock_key" text,
  "request_id" text,
  "created_at" bigint not null,
  "settled_at" bigint,
  "cost_minor" bigint,
  "cost_currency" text,
  "cast_key" text);

CREATE INDEX "delivery_cast" on "delivery" (
  "cast_key") where "cast_key" is not null;

CREATE INDEX "delivery_coupon" on "delivery" (
  "coupon_id");

CREATE INDEX "delivery_due" on "delivery" (
  "state",
  "route",
  "next_attempt_at");

CREATE TABLE "delivery_attempt" (
  "id" text primary key,
  "delivery_id" text not null references "delivery" ("id"),
  "route" text not null,
  "outcome" text not null,
  "detail" text,
  "request_id" text,
  "started_at" bigint not null,
  "ended_at" bigint not null);

CREATE INDEX "delivery_attempt_of" on "delivery_attempt" (
  "delivery_id");

CREATE TRIGGER document_delete_counts AFTER DELETE ON document
              BEGIN UPDATE registry_version SET version = version + 1; END;

CREATE TRIGGER document_insert_counts AFTER INSERT ON document
              BEGIN UPDATE registry_version SET version = version + 1; END;

CREATE TRIGGER document_update_counts AFTER UPDATE ON document
              BEGIN UPDATE registry_version SET version = version + 1; END;

CREATE TABLE "document" (
  "kind" text not null,
  "id" text not null,
  "name" text not null,
  "spec" text not null,
  "updated_at" bigint not null, constraint "document_pk" primary key ("kind",
  "id"));

CREATE TABLE "erased_identity" (
  "digest" text primary key,
  "erased_at" bigint not null);

CREATE TABLE "event" (
  "seq" integer primary key autoincrement,
  "id" text not null unique,
  "ear" text not null,
  "source_id" text not null unique,
  "type" text not null,
  "at" bigint not null,
  "received_at" bigint not null,
  "age_ms" bigint,
  "state" text not null,
  "node_id" text,
  "store_id" text,
  "member_id" text,
  "visit_id" text,
  "trust" text,
  "dm" text,
  "hwid" text,
  "count" integer,
  "body_sealed" blob,
  "trigger_on" text,
  "detail" text);

CREATE INDEX "event_member" on "event" (
  "member_id",
  "at") where "member_id" is not null;

CREATE INDEX "event_pending" on "event" (
  "seq") where "state" = 'pending';

CREATE TABLE "exposure" (
  "campaign_id" text not null,
  "member_id" text not null references "member" ("id"),
  "arm" text not null,
  "bucket" integer not null,
  "algorithm" integer not null,
  "at" bigint not null, constraint "exposure_pk" primary key ("campaign_id",
  "member_id"));

CREATE TABLE "form_answer" (
  "id" text primary key,
  "form_id" text not null,
  "wording_version" text not null,
  "member_id" text not null references "member" ("id"),
  "at" bigint not null);

CREATE TABLE "friend_source" (
  "member_id" text primary key references "member" ("id"),
  "source" text not null,
  "since" bigint not null,
  "proven_at" bigint);

CREATE TABLE "identity_link" (
  "id" text primary key,
  "member_id" text not null references "member" ("id"),
  "kind" text not null,
  "issuer" text not null,
  "subject" text not null,
  "created_at" bigint not null,
  "ended_at" bigint);

CREATE UNIQUE INDEX "identity_link_live_owner" on "identity_link" (
  "kind",
  "issuer",
  "subject") where "ended_at" is null;

CREATE INDEX "identity_link_member" on "identity_link" (
  "member_id");

CREATE TABLE "line_budget" (
  "endpoint" text primary key,
  "milli_tokens" bigint not null,
  "at" bigint not null,
  "paused_until" bigint not null,
  "strikes" integer not null);

CREATE TABLE "line_quota" (
  "id" integer primary key,
  "month" text not null,
  "most" bigint,
  "used" bigint not null,
  "read_at" bigint not null);

CREATE TABLE "line_quota_reading" (
  "at" bigint primary key,
  "month" text not null,
  "most" bigint,
  "used" bigint not null);

CREATE TABLE "member" (
  "id" text primary key,
  "blocked" integer not null,
  "created_at" bigint not null,
  "merged_into" text,
  "erased_at" bigint);

CREATE TABLE "member_attribute" (
  "member_id" text not null references "member" ("id"),
  "name" text not null,
  "value" text not null,
  "set_at" bigint not null, constraint "member_attribute_pk" primary key ("member_id",
  "name"));

CREATE TABLE "member_erasure" (
  "id" text primary key,
  "member_id" text not null references "member" ("id"),
  "why" text not null,
  "by_whom" text not null,
  "at" bigint not null,
  "commands" text not null);

CREATE INDEX "member_erasure_member" on "member_erasure" (
  "member_id");

CREATE TABLE "member_merge" (
  "id" text primary key,
  "survivor_id" text not null references "member" ("id"),
  "absorbed_id" text not null references "member" ("id"),
  "why" text not null,
  "by_whom" text not null,
  "at" bigint not null,
  "undone_at" bigint,
  "journal_sealed" blob not null);

CREATE INDEX "member_merge_absorbed" on "member_merge" (
  "absorbed_id");

CREATE INDEX "member_merge_survivor" on "member_merge" (
  "survivor_id");

CREATE TABLE "member_tag" (
  "member_id" text not null references "member" ("id"),
  "tag" text not null,
  "since" bigint not null, constraint "member_tag_pk" primary key ("member_id",
  "tag"));

CREATE INDEX "member_tag_by_tag" on "member_tag" (
  "tag");

CREATE TRIGGER node_delete_counts AFTER DELETE ON node
              BEGIN UPDATE registry_version SET version = version + 1; END;

CREATE TRIGGER node_insert_counts AFTER INSERT ON node
              BEGIN UPDATE registry_version SET version = version + 1; END;

CREATE TRIGGER node_update_counts AFTER UPDATE ON node
              BEGIN UPDATE registry_version SET version = version + 1; END;

CREATE TABLE "node" (
  "id" text primary key,
  "store_id" text not null references "store" ("id"),
  "zone" text not null,
  "hwid" text not null,
  "node_index" integer not null,
  "slot_seconds" integer not null,
  "spec" text not null,
  "mqtt_password_hash" text,
  "dm_key_sealed" blob,
  "updated_at" bigint not null,
  "mosquitto_hash" text, constraint "node_hwid_index" unique ("hwid",
  "node_index"));

CREATE TABLE "node_command" (
  "id" text primary key,
  "node_id" text not null references "node" ("id"),
  "command" text not null,
  "body" text not null,
  "state" text not null,
  "created_at" bigint not null,
  "expires_at" bigint not null,
  "result" text,
  "answered_at" bigint);

CREATE INDEX "node_command_by_node" on "node_command" (
  "node_id",
  "state",
  "expires_at");

CREATE TABLE "node_shadow" (
  "node_id" text primary key references "node" ("id"),
  "topic_store" text,
  "desired_version" integer not null,
  "desired" text,
  "desired_at" bigint,
  "reported_version" integer not null,
  "reported" text,
  "reported_at" bigint);

CREATE TABLE "node_state" (
  "node_id" text primary key references "node" ("id"),
  "online" integer not null,
  "status" text,
  "health" text,
  "seen_at" bigint not null,
  "broker" text);

CREATE TABLE "profile_change" (
  "member_id" text not null references "member" ("id"),
  "at" bigint not null,
  "kind" text not null,
  "name" text not null,
  "before" text, constraint "profile_change_pk" primary key ("member_id",
  "at",
  "kind",
  "name"));

CREATE TABLE "redemption" (
  "id" text primary key,
  "kind" text not null,
  "parent_id" text unique,
  "coupon_id" text not null references "coupon" ("id"),
  "channel_kind" text not null,
  "channel_id" text not null,
  "idempotency_key" text not null,
  "at" bigint not null,
  "order_ref" text,
  "staff" text,
  "tender" text,
  "amount_minor" bigint,
  "discount_minor" bigint,
  "currency" text,
  "reason" text,
  "token_id" text not null,
  "undone_at" bigint,
  "sale_id" text references "sale" ("id"), constraint "redemption_key" unique ("channel_kind",
  "channel_id",
  "idempotency_key"));

CREATE INDEX "redemption_channel" on "redemption" (
  "channel_kind",
  "channel_id",
  "at");

CREATE INDEX "redemption_coupon" on "redemption" (
  "coupon_id");

CREATE INDEX "redemption_order" on "redemption" (
  "channel_kind",
  "channel_id",
  "order_ref") where "order_ref" is not null;

CREATE UNIQUE INDEX "redemption_standing" on "redemption" (
  "coupon_id") where "undone_at" is null and "kind" = 'redeem';

CREATE TABLE "registry_version" (
  "id" integer primary key,
  "version" bigint not null);

CREATE TABLE "sale" (
  "id" text primary key,
  "channel_kind" text not null,
  "channel_id" text not null,
  "txn" text not null,
  "at" bigint not null,
  "recorded_at" bigint not null,
  "amount_minor" bigint not null,
  "currency" text not null,
  "tender" text,
  "staff" text,
  "member_id" text references "member" ("id"),
  "lines" text,
  "source" text not null,
  "refunded_minor" bigint not null,
  "voided_at" bigint,
  "attributed_by" text not null,
  "attributed_why" text,
  "attributed_visit" text,
  "attributed_redemption" text,
  "attributed_campaign" text,
  "window_ms" bigint);

CREATE INDEX "sale_channel" on "sale" (
  "channel_kind",
  "channel_id",
  "at");

CREATE INDEX "sale_member" on "sale" (
  "member_id",
  "at");

CREATE UNIQUE INDEX "sale_once" on "sale" (
  "channel_kind",
  "channel_id",
  "txn") where "voided_at" is null;

CREATE TABLE "sale_refund" (
  "id" text primary key,
  "sale_id" text not null references "sale" ("id"),
  "amount_minor" bigint not null,
  "reason" text,
  "at" bigint not null,
  "token_id" text not null);

CREATE INDEX "sale_refund_sale" on "sale_refund" (
  "sale_id");

CREATE TABLE "schedule_run" (
  "campaign_id" text not null,
  "due_at" bigint not null,
  "after_member" text not null,
  "done_at" bigint, constraint "schedule_run_pk" primary key ("campaign_id",
  "due_at"));

CREATE TRIGGER store_delete_counts AFTER DELETE ON store
              BEGIN UPDATE registry_version SET version = version + 1; END;

CREATE TRIGGER store_insert_counts AFTER INSERT ON store
              BEGIN UPDATE registry_version SET version = version + 1; END;

CREATE TRIGGER store_update_counts AFTER UPDATE ON store
              BEGIN UPDATE registry_version SET version = version + 1; END;

CREATE TABLE "store" (
  "id" text primary key,
  "name" text not null,
  "spec" text not null,
  "updated_at" bigint not null);

CREATE TABLE "till_answer" (
  "channel_kind" text not null,
  "channel_id" text not null,
  "idempotency_key" text not null,
  "digest" text not null,
  "status" integer not null,
  "body" text not null,
  "at" bigint not null, constraint "till_answer_pk" primary key ("channel_kind",
  "channel_id",
  "idempotency_key"));

CREATE INDEX "till_answer_at" on "till_answer" (
  "at");

CREATE TABLE "till_guess" (
  "token_id" text primary key,
  "channel_kind" text not null,
  "channel_id" text not null,
  "window_from" bigint not null,
  "wrong" integer not null,
  "locked_until" bigint not null,
  "lockouts" integer not null,
  "wrong_ever" bigint not null,
  "last_at" bigint not null);

CREATE INDEX "till_guess_channel" on "till_guess" (
  "channel_kind",
  "channel_id");

CREATE TABLE "vault_check" (
  "id" integer primary key,
  "sealed" blob not null);

CREATE TABLE "visit" (
  "id" text primary key,
  "member_id" text not null references "member" ("id"),
  "store_id" text not null references "store" ("id"),
  "opened_at" bigint not null,
  "last_at" bigint not null);

CREATE INDEX "visit_recent" on "visit" (
  "member_id",
  "store_id",
  "last_at");
