CREATE OR REPLACE FUNCTION public.count_registry_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN UPDATE registry_version SET version = version + 1; RETURN NULL; END $function$

TABLE access_token (
  id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  role text COLLATE "C" NOT NULL,
  channel_kind text COLLATE "C",
  channel_id text COLLATE "C",
  digest text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  last_used_at bigint,
  revoked_at bigint
);
CONSTRAINT access_token_digest_key UNIQUE (digest);
CONSTRAINT access_token_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX access_token_name ON public.access_token USING btree (name) WHERE (revoked_at IS NULL);

TABLE alert (
  id text COLLATE "C" NOT NULL,
  alert_key text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  hwid text COLLATE "C" NOT NULL,
  node_id text COLLATE "C",
  dm text COLLATE "C",
  event_id text COLLATE "C" NOT NULL,
  off_ms bigint,
  times bigint NOT NULL,
  first_at bigint NOT NULL,
  last_at bigint NOT NULL
);
CONSTRAINT alert_alert_key_key UNIQUE (alert_key);
CONSTRAINT alert_pkey PRIMARY KEY (id);
CREATE INDEX alert_last ON public.alert USING btree (last_at);

TABLE applied_by (
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  owner text COLLATE "C" NOT NULL
);
CONSTRAINT applied_by_pk PRIMARY KEY (kind, id);
CREATE INDEX applied_by_owner ON public.applied_by USING btree (owner);

TABLE audit (
  id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  by_token text COLLATE "C" NOT NULL,
  by_name text COLLATE "C" NOT NULL,
  action text COLLATE "C" NOT NULL,
  subject_kind text COLLATE "C" NOT NULL,
  subject_id text COLLATE "C" NOT NULL,
  why text COLLATE "C",
  detail text COLLATE "C"
);
CONSTRAINT audit_pkey PRIMARY KEY (id);
CREATE INDEX audit_at ON public.audit USING btree (at, id);
CREATE INDEX audit_subject ON public.audit USING btree (subject_kind, subject_id, at);

TABLE campaign (
  id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  updated_at bigint NOT NULL
);
CONSTRAINT campaign_pkey PRIMARY KEY (id);
CREATE TRIGGER campaign_counts AFTER INSERT OR DELETE OR UPDATE ON public.campaign FOR EACH STATEMENT EXECUTE FUNCTION count_registry_change();

TABLE campaign_version (
  campaign_id text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  trigger_on text COLLATE "C" NOT NULL,
  spec text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  restores integer,
  name text COLLATE "C"
);
CONSTRAINT campaign_version_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id);
CONSTRAINT campaign_version_pk PRIMARY KEY (campaign_id, version);
CREATE TRIGGER campaign_version_counts AFTER INSERT OR DELETE OR UPDATE ON public.campaign_version FOR EACH STATEMENT EXECUTE FUNCTION count_registry_change();

TABLE consent (
  id text COLLATE "C" NOT NULL,
  member_id text COLLATE "C" NOT NULL,
  purpose text COLLATE "C" NOT NULL,
  action text COLLATE "C" NOT NULL,
  wording text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL,
  at bigint NOT NULL
);
CONSTRAINT consent_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id);
CONSTRAINT consent_pkey PRIMARY KEY (id);
CREATE INDEX consent_member ON public.consent USING btree (member_id, purpose, at);

TABLE counter (
  key text COLLATE "C" NOT NULL,
  used bigint NOT NULL
);
CONSTRAINT counter_pkey PRIMARY KEY (key);

TABLE coupon (
  id text COLLATE "C" NOT NULL,
  campaign_id text COLLATE "C" NOT NULL,
  campaign_version integer NOT NULL,
  member_id text COLLATE "C" NOT NULL,
  issue_key text COLLATE "C" NOT NULL,
  code_hash text COLLATE "C" NOT NULL,
  code_sealed bytea NOT NULL,
  state text COLLATE "C" NOT NULL,
  issued_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  store_id text COLLATE "C",
  folded_into text COLLATE "C",
  opened_at bigint,
  opened_count integer NOT NULL DEFAULT 0,
  source text COLLATE "C"
);
CONSTRAINT coupon_code_hash_key UNIQUE (code_hash);
CONSTRAINT coupon_issue_key_key UNIQUE (issue_key);
CONSTRAINT coupon_pkey PRIMARY KEY (id);
CREATE INDEX coupon_campaign ON public.coupon USING btree (campaign_id, state);
CREATE INDEX coupon_member ON public.coupon USING btree (member_id, campaign_id);

TABLE coupon_lock (
  coupon_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  channel_kind text COLLATE "C" NOT NULL,
  channel_id text COLLATE "C" NOT NULL,
  token_id text COLLATE "C" NOT NULL,
  locked_at bigint NOT NULL,
  until bigint NOT NULL
);
CONSTRAINT coupon_lock_coupon_id_fkey FOREIGN KEY (coupon_id) REFERENCES coupon(id);
CONSTRAINT coupon_lock_id_key UNIQUE (id);
CONSTRAINT coupon_lock_pkey PRIMARY KEY (coupon_id);

TABLE decision (
  id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  campaign_id text COLLATE "C" NOT NULL,
  campaign_version integer NOT NULL,
  member_id text COLLATE "C",
  visit_id text COLLATE "C",
  node_id text COLLATE "C",
  outcome text COLLATE "C" NOT NULL,
  reason text COLLATE "C",
  weighed integer NOT NULL,
  trust text COLLATE "C" NOT NULL,
  passed text COLLATE "C" NOT NULL,
  route text COLLATE "C",
  coupon_id text COLLATE "C",
  decided_at bigint NOT NULL,
  store_id text COLLATE "C",
  complaint text COLLATE "C"
);
CONSTRAINT decision_once UNIQUE (event_id, campaign_id);
CONSTRAINT decision_pkey PRIMARY KEY (id);
CREATE INDEX decision_campaign_got ON public.decision USING btree (campaign_id, decided_at) WHERE (outcome = ANY (ARRAY['granted'::text, 'ghost'::text]));
CREATE INDEX decision_fixed_offers ON public.decision USING btree (node_id, decided_at) WHERE (trust = 'fixed'::text);
CREATE INDEX decision_member_got ON public.decision USING btree (member_id, decided_at) WHERE (outcome = ANY (ARRAY['granted'::text, 'ghost'::text]));
CREATE INDEX decision_weighed ON public.decision USING btree (visit_id, campaign_id) WHERE (weighed = 1);

TABLE deferral (
  event_id text COLLATE "C" NOT NULL,
  campaign_id text COLLATE "C" NOT NULL,
  member_id text COLLATE "C" NOT NULL,
  trigger_on text COLLATE "C" NOT NULL,
  until bigint NOT NULL,
  closed_at bigint
);
CONSTRAINT deferral_event_id_fkey FOREIGN KEY (event_id) REFERENCES event(id);
CONSTRAINT deferral_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id);
CONSTRAINT deferral_pk PRIMARY KEY (event_id, campaign_id);
CREATE INDEX deferral_due ON public.deferral USING btree (until) WHERE (closed_at IS NULL);

TABLE delivery (
  id text COLLATE "C" NOT NULL,
  decision_id text COLLATE "C" NOT NULL,
  member_id text COLLATE "C" NOT NULL,
  coupon_id text COLLATE "C",
  route text COLLATE "C" NOT NULL,
  fallback text COLLATE "C" NOT NULL,
  retry_key text COLLATE "C" NOT NULL,
  reply_token_sealed bytea,
  token_received_at bigint,
  messages_sealed bytea NOT NULL,
  state text COLLATE "C" NOT NULL,
  park_reason text COLLATE "C",
  in_doubt integer NOT NULL,
  attempts integer NOT NULL,
  next_attempt_at bigint NOT NULL,
  claimed_until bigint,
  not_after bigint NOT NULL,
  budget_key text COLLATE "C",
  stock_key text COLLATE "C",
  request_id text COLLATE "C",
  created_at bigint NOT NULL,
  settled_at bigint,
  cost_minor bigint,
  cost_currency text COLLATE "C",
  cast_key text COLLATE "C"
);
CONSTRAINT delivery_decision_id_key UNIQUE (decision_id);
CONSTRAINT delivery_pkey PRIMARY KEY (id);
CONSTRAINT delivery_retry_key_key UNIQUE (retry_key);
CREATE INDEX delivery_cast ON public.delivery USING btree (cast_key) WHERE (cast_key IS NOT NULL);
CREATE INDEX delivery_coupon ON public.delivery USING btree (coupon_id);
CREATE INDEX delivery_due ON public.delivery USING btree (state, route, next_attempt_at);

TABLE delivery_attempt (
  id text COLLATE "C" NOT NULL,
  delivery_id text COLLATE "C" NOT NULL,
  route text COLLATE "C" NOT NULL,
  outcome text COLLATE "C" NOT NULL,
  detail text COLLATE "C",
  request_id text COLLATE "C",
  started_at bigint NOT NULL,
  ended_at bigint NOT NULL
);
CONSTRAINT delivery_attempt_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES delivery(id);
CONSTRAINT delivery_attempt_pkey PRIMARY KEY (id);
CREATE INDEX delivery_attempt_of ON public.delivery_attempt USING btree (delivery_id);

TABLE document (
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  spec text COLLATE "C" NOT NULL,
  updated_at bigint NOT NULL
);
CONSTRAINT document_pk PRIMARY KEY (kind, id);
CREATE TRIGGER document_counts AFTER INSERT OR DELETE OR UPDATE ON public.document FOR EACH STATEMENT EXECUTE FUNCTION count_registry_change();

TABLE erased_identity (
  digest text COLLATE "C" NOT NULL,
  erased_at bigint NOT NULL
);
CONSTRAINT erased_identity_pkey PRIMARY KEY (digest);

TABLE event (
  seq bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
  id text COLLATE "C" NOT NULL,
  ear text COLLATE "C" NOT NULL,
  source_id text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  received_at bigint NOT NULL,
  age_ms bigint,
  state text COLLATE "C" NOT NULL,
  node_id text COLLATE "C",
  store_id text COLLATE "C",
  member_id text COLLATE "C",
  visit_id text COLLATE "C",
  trust text COLLATE "C",
  dm text COLLATE "C",
  hwid text COLLATE "C",
  count integer,
  body_sealed bytea,
  trigger_on text COLLATE "C",
  detail text COLLATE "C"
);
CONSTRAINT event_id_key UNIQUE (id);
CONSTRAINT event_pkey PRIMARY KEY (seq);
CONSTRAINT event_source_id_key UNIQUE (source_id);
CREATE INDEX event_member ON public.event USING btree (member_id, at) WHERE (member_id IS NOT NULL);
CREATE INDEX event_pending ON public.event USING btree (seq) WHERE (state = 'pending'::text);

TABLE exposure (
  campaign_id text COLLATE "C" NOT NULL,
  member_id text COLLATE "C" NOT NULL,
  arm text COLLATE "C" NOT NULL,
  bucket integer NOT NULL,
  algorithm integer NOT NULL,
  at bigint NOT NULL
);
CONSTRAINT exposure_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id);
CONSTRAINT exposure_pk PRIMARY KEY (campaign_id, member_id);

TABLE form_answer (
  id text COLLATE "C" NOT NULL,
  form_id text COLLATE "C" NOT NULL,
  wording_version text COLLATE "C" NOT NULL,
  member_id text COLLATE "C" NOT NULL,
  at bigint NOT NULL
);
CONSTRAINT form_answer_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id);
CONSTRAINT form_answer_pkey PRIMARY KEY (id);

TABLE friend_source (
  member_id text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL,
  since bigint NOT NULL,
  proven_at bigint
);
CONSTRAINT friend_source_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id);
CONSTRAINT friend_source_pkey PRIMARY KEY (member_id);

TABLE identity_link (
  id text COLLATE "C" NOT NULL,
  member_id text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  issuer text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  ended_at bigint
);
CONSTRAINT identity_link_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id);
CONSTRAINT identity_link_pkey PRIMARY KEY (id);
CREATE INDEX identity_link_member ON public.identity_link USING btree (member_id);
CREATE UNIQUE INDEX identity_link_live_owner ON public.identity_link USING btree (kind, issuer, subject) WHERE (ended_at IS NULL);

TABLE line_budget (
  endpoint text COLLATE "C" NOT NULL,
  milli_tokens bigint NOT NULL,
  at bigint NOT NULL,
  paused_until bigint NOT NULL,
  strikes integer NOT NULL
);
CONSTRAINT line_budget_pkey PRIMARY KEY (endpoint);

TABLE line_quota (
  id integer NOT NULL,
  month text COLLATE "C" NOT NULL,
  most bigint,
  used bigint NOT NULL,
  read_at bigint NOT NULL
);
CONSTRAINT line_quota_pkey PRIMARY KEY (id);

TABLE line_quota_reading (
  at bigint NOT NULL,
  month text COLLATE "C" NOT NULL,
  most bigint,
  used bigint NOT NULL
);
CONSTRAINT line_quota_reading_pkey PRIMARY KEY (at);

TABLE member (
  id text COLLATE "C" NOT NULL,
  blocked integer NOT NULL,
  created_at bigint NOT NULL,
  merged_into text COLLATE "C",
  erased_at bigint
);
CONSTRAINT member_pkey PRIMARY KEY (id);

TABLE member_attribute (
  member_id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  set_at bigint NOT NULL
);
CONSTRAINT member_attribute_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id);
CONSTRAINT member_attribute_pk PRIMARY KEY (member_id, name);

TABLE member_erasure (
  id text COLLATE "C" NOT NULL,
  member_id text COLLATE "C" NOT NULL,
  why text COLLATE "C" NOT NULL,
  by_whom text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  commands text COLLATE "C" NOT NULL
);
CONSTRAINT member_erasure_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id);
CONSTRAINT member_erasure_pkey PRIMARY KEY (id);
CREATE INDEX member_erasure_member ON public.member_erasure USING btree (member_id);

TABLE member_merge (
  id text COLLATE "C" NOT NULL,
  survivor_id text COLLATE "C" NOT NULL,
  absorbed_id text COLLATE "C" NOT NULL,
  why text COLLATE "C" NOT NULL,
  by_whom text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  undone_at bigint,
  journal_sealed bytea NOT NULL
);
CONSTRAINT member_merge_absorbed_id_fkey FOREIGN KEY (absorbed_id) REFERENCES member(id);
CONSTRAINT member_merge_pkey PRIMARY KEY (id);
CONSTRAINT member_merge_survivor_id_fkey FOREIGN KEY (survivor_id) REFERENCES member(id);
CREATE INDEX member_merge_absorbed ON public.member_merge USING btree (absorbed_id);
CREATE INDEX member_merge_survivor ON public.member_merge USING btree (survivor_id);

TABLE member_tag (
  member_id text COLLATE "C" NOT NULL,
  tag text COLLATE "C" NOT NULL,
  since bigint NOT NULL
);
CONSTRAINT member_tag_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id);
CONSTRAINT member_tag_pk PRIMARY KEY (member_id, tag);
CREATE INDEX member_tag_by_tag ON public.member_tag USING btree (tag);

TABLE node (
  id text COLLATE "C" NOT NULL,
  store_id text COLLATE "C" NOT NULL,
  zone text COLLATE "C" NOT NULL,
  hwid text COLLATE "C" NOT NULL,
  node_index integer NOT NULL,
  slot_seconds integer NOT NULL,
  spec text COLLATE "C" NOT NULL,
  mqtt_password_hash text COLLATE "C",
  dm_key_sealed bytea,
  updated_at bigint NOT NULL,
  mosquitto_hash text COLLATE "C"
);
CONSTRAINT node_hwid_index UNIQUE (hwid, node_index);
CONSTRAINT node_pkey PRIMARY KEY (id);
CONSTRAINT node_store_id_fkey FOREIGN KEY (store_id) REFERENCES store(id);
CREATE TRIGGER node_counts AFTER INSERT OR DELETE OR UPDATE ON public.node FOR EACH STATEMENT EXECUTE FUNCTION count_registry_change();

TABLE node_command (
  id text COLLATE "C" NOT NULL,
  node_id text COLLATE "C" NOT NULL,
  command text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  result text COLLATE "C",
  answered_at bigint
);
CONSTRAINT node_command_node_id_fkey FOREIGN KEY (node_id) REFERENCES node(id);
CONSTRAINT node_command_pkey PRIMARY KEY (id);
CREATE INDEX node_command_by_node ON public.node_command USING btree (node_id, state, expires_at);

TABLE node_shadow (
  node_id text COLLATE "C" NOT NULL,
  topic_store text COLLATE "C",
  desired_version integer NOT NULL,
  desired text COLLATE "C",
  desired_at bigint,
  reported_version integer NOT NULL,
  reported text COLLATE "C",
  reported_at bigint
);
CONSTRAINT node_shadow_node_id_fkey FOREIGN KEY (node_id) REFERENCES node(id);
CONSTRAINT node_shadow_pkey PRIMARY KEY (node_id);

TABLE node_state (
  node_id text COLLATE "C" NOT NULL,
  online integer NOT NULL,
  status text COLLATE "C",
  health text COLLATE "C",
  seen_at bigint NOT NULL,
  broker text COLLATE "C"
);
CONSTRAINT node_state_node_id_fkey FOREIGN KEY (node_id) REFERENCES node(id);
CONSTRAINT node_state_pkey PRIMARY KEY (node_id);

TABLE profile_change (
  member_id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  before text COLLATE "C"
);
CONSTRAINT profile_change_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id);
CONSTRAINT profile_change_pk PRIMARY KEY (member_id, at, kind, name);

TABLE redemption (
  id text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  parent_id text COLLATE "C",
  coupon_id text COLLATE "C" NOT NULL,
  channel_kind text COLLATE "C" NOT NULL,
  channel_id text COLLATE "C" NOT NULL,
  idempotency_key text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  order_ref text COLLATE "C",
  staff text COLLATE "C",
  tender text COLLATE "C",
  amount_minor bigint,
  discount_minor bigint,
  currency text COLLATE "C",
  reason text COLLATE "C",
  token_id text COLLATE "C" NOT NULL,
  undone_at bigint,
  sale_id text COLLATE "C"
);
CONSTRAINT redemption_coupon_id_fkey FOREIGN KEY (coupon_id) REFERENCES coupon(id);
CONSTRAINT redemption_key UNIQUE (channel_kind, channel_id, idempotency_key);
CONSTRAINT redemption_parent_id_key UNIQUE (parent_id);
CONSTRAINT redemption_pkey PRIMARY KEY (id);
CONSTRAINT redemption_sale_id_fkey FOREIGN KEY (sale_id) REFERENCES sale(id);
CREATE INDEX redemption_channel ON public.redemption USING btree (channel_kind, channel_id, at);
CREATE INDEX redemption_coupon ON public.redemption USING btree (coupon_id);
CREATE INDEX redemption_order ON public.redemption USING btree (channel_kind, channel_id, order_ref) WHERE (order_ref IS NOT NULL);
CREATE UNIQUE INDEX redemption_standing ON public.redemption USING btree (coupon_id) WHERE ((undone_at IS NULL) AND (kind = 'redeem'::text));

TABLE registry_version (
  id integer NOT NULL,
  version bigint NOT NULL
);
CONSTRAINT registry_version_pkey PRIMARY KEY (id);

TABLE sale (
  id text COLLATE "C" NOT NULL,
  channel_kind text COLLATE "C" NOT NULL,
  channel_id text COLLATE "C" NOT NULL,
  txn text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  recorded_at bigint NOT NULL,
  amount_minor bigint NOT NULL,
  currency text COLLATE "C" NOT NULL,
  tender text COLLATE "C",
  staff text COLLATE "C",
  member_id text COLLATE "C",
  lines text COLLATE "C",
  source text COLLATE "C" NOT NULL,
  refunded_minor bigint NOT NULL,
  voided_at bigint,
  attributed_by text COLLATE "C" NOT NULL,
  attributed_why text COLLATE "C",
  attributed_visit text COLLATE "C",
  attributed_redemption text COLLATE "C",
  attributed_campaign text COLLATE "C",
  window_ms bigint
);
CONSTRAINT sale_member_id_fkey FOREIGN KEY (member_id) REFERENCES member(id);
CONSTRAINT sale_pkey PRIMARY KEY (id);
CREATE INDEX sale_channel ON public.sale USING btree (channel_kind, channel_id, at);
CREATE INDEX sale_member ON public.sale USING btree (member_id, at);
CREATE UNIQUE INDEX sale_once ON public.sale USING btree (channel_kind, channel_id, txn) WHERE (voided_at IS NULL);

TABLE sale_refund (
  id text COLLATE "C" NOT NULL,
  sale_id text COLLATE "C" NOT NULL,
  amount_minor bigint NOT NULL,
  reason text COLLATE "C",
  at bigint NOT NULL,
  token_id text COLLATE "C" NOT NULL
);
CONSTRAINT sale_refund_pkey PRIMARY KEY (id);
CONSTRAINT sale_refund_sale_id_fkey FOREIGN KEY (sale_id) REFERENCES sale(id);
CREATE INDEX sale_refund_sale ON public.sale_refund USING btree (sale_id);

TABLE schedule_run (
  campaign_id text COLLATE "C" NOT NULL,
  due_at bigint NOT NULL,
  after_member text COLLATE "C" NOT NULL,
  done_at bigint
);
CONSTRAINT schedule_run_pk PRIMARY KEY (campaign_id, due_at);

TABLE store (
  id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  spec text COLLATE "C" NOT NULL,
  updated_at bigint NOT NULL
);
CONSTRAINT store_pkey PRIMARY KEY (id);
CREATE TRIGGER store_counts AFTER INSERT OR DELETE OR UPDATE ON public.store FOR EACH STATEMENT EXECUTE FUNCTION count_registry_change();

TABLE till_answer (
  channel_kind text COLLATE "C" NOT NULL,
  channel_id text COLLATE "C" NOT NULL,
  idempotency_key text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  status integer NOT NULL,
  body text COLLATE "C" NOT NULL,
  at bigint NOT NULL
);
CONSTRAINT till_answer_pk PRIMARY KEY (channel_kind, channel_id, idempotency_key);
CREATE INDEX till_answer_at ON public.till_answer USING btree (at);

TABLE till_guess (
  token_id text COLLATE "C" NOT NULL,
  channel_kind text COLLATE "C" NOT NULL,
  channel_id text COLLATE "C" NOT NULL,
  window_from bigint NOT NULL,
  wrong integer NOT NULL,
  locked_until bigint NOT NULL,
  lockouts integer NOT NULL,
  wrong_ever bigint NOT NULL,
  last_at bigint NOT NULL
);
CONSTRAINT till_guess_pkey PRIMARY KEY (token_id);
CREATE INDEX till_guess_channel ON public.till_guess USING btree (channel_kind, channel_id);

TABLE vault_check (
  id integer NOT NULL,
  sealed bytea NOT NULL
);
CONSTRAINT vault_check_pkey PRIMARY KEY (id);

TABLE visit (
  id text COLLATE "C" NOT NULL,
  member_id text COLLATE "C" NOT NULL,
  store_id text COLLATE "C" NOT NULL,
  opened_at bigint NOT NULL,
  last_at bigint NOT NULL
);
CONSTRAINT visit_pkey PRIMARY KEY (id);
CREATE INDEX visit_recent ON public.visit USING btree (member_id, store_id, last_at);
