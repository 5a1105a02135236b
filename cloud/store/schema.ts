import type { Generated } from 'kysely';
import type { Channel, Role } from '../core/access.ts';
import type { TriggerType } from '../core/decide/types.ts';

/**
 * Tables as Kysely sees them. Times are UTC milliseconds, booleans 0/1, JSON is text. Column comments stand in the
 * migrations; repositories turn rows into the core's types and nothing else reads these.
 */
export interface Database {
  store: StoreTable;
  node: NodeTable;
  node_state: NodeStateTable;
  node_shadow: NodeShadowTable;
  node_command: NodeCommandTable;
  member: MemberTable;
  identity_link: IdentityLinkTable;
  member_merge: MemberMergeTable;
  member_erasure: MemberErasureTable;
  erased_identity: ErasedIdentityTable;
  consent: ConsentTable;
  event: EventTable;
  visit: VisitTable;
  campaign: CampaignTable;
  campaign_version: CampaignVersionTable;
  coupon: CouponTable;
  decision: DecisionTable;
  delivery: DeliveryTable;
  delivery_attempt: DeliveryAttemptTable;
  counter: CounterTable;
  vault_check: VaultCheckTable;
  registry_version: RegistryVersionTable;
  document: DocumentTable;
  alert: AlertTable;
  member_tag: MemberTagTable;
  member_attribute: MemberAttributeTable;
  form_answer: FormAnswerTable;
  friend_source: FriendSourceTable;
  exposure: ExposureTable;
  deferral: DeferralTable;
  schedule_run: ScheduleRunTable;
  line_budget: LineBudgetTable;
  line_quota: LineQuotaTable;
  till_answer: TillAnswerTable;
  till_guess: TillGuessTable;
  coupon_lock: CouponLockTable;
  sale: SaleTable;
  sale_refund: SaleRefundTable;
  redemption: RedemptionTable;
  access_token: AccessTokenTable;
  audit: AuditTable;
  applied_by: AppliedByTable;
  line_quota_reading: LineQuotaReadingTable;
  profile_change: ProfileChangeTable;
}

interface StoreTable {
  id: string;
  name: string;
  spec: string;
  updated_at: number;
}

interface NodeTable {
  id: string;
  store_id: string;
  zone: string;
  hwid: string;
  node_index: number;
  slot_seconds: number;
  spec: string;
  mqtt_password_hash: string | null;
  mosquitto_hash: string | null;
  dm_key_sealed: Uint8Array | null;
  updated_at: number;
}

interface NodeStateTable {
  node_id: string;
  online: number;
  status: string | null;
  health: string | null;
  seen_at: number;
  broker: string | null;
}

interface NodeShadowTable {
  node_id: string;
  topic_store: string | null;
  desired_version: number;
  desired: string | null;
  desired_at: number | null;
  reported_version: number;
  reported: string | null;
  reported_at: number | null;
}

interface NodeCommandTable {
  id: string;
  node_id: string;
  command: string;
  body: string;
  state: 'pending' | 'done' | 'refused' | 'failed';
  created_at: number;
  expires_at: number;
  result: string | null;
  answered_at: number | null;
}

interface MemberTable {
  id: string;
  blocked: number;
  created_at: number;
  merged_into: string | null;
  erased_at: number | null;
}

interface MemberMergeTable {
  id: string;
  survivor_id: string;
  absorbed_id: string;
  why: string;
  by_whom: string;
  at: number;
  undone_at: number | null;
  journal_sealed: Uint8Array;
}

interface MemberErasureTable {
  id: string;
  member_id: string;
  why: string;
  by_whom: string;
  at: number;
  commands: string;
}

interface ErasedIdentityTable {
  digest: string;
  erased_at: number;
}

interface IdentityLinkTable {
  id: string;
  member_id: string;
  kind: string;
  issuer: string;
  subject: string;
  created_at: number;
  ended_at: number | null;
}

interface ConsentTable {
  id: string;
  member_id: string;
  purpose: string;
  action: 'granted' | 'withdrawn';
  wording: string;
  source: string;
  at: number;
}

interface EventTable {
  id: string;
  ear: 'line' | 'tag' | 'clock';
  source_id: string;
  type: string;
  at: number;
  received_at: number;
  age_ms: number | null;
  state: 'pending' | 'done' | 'failed';
  node_id: string | null;
  store_id: string | null;
  member_id: string | null;
  visit_id: string | null;
  trust: string | null;
  dm: string | null;
  hwid: string | null;
  count: number | null;
  body_sealed: Uint8Array | null;
  trigger_on: TriggerType | null;
  detail: string | null;
  seq: Generated<number>;
}

interface VisitTable {
  id: string;
  member_id: string;
  store_id: string;
  opened_at: number;
  last_at: number;
}

interface CampaignTable {
  id: string;
  name: string;
  state: 'running' | 'paused' | 'ended';
  version: number;
  updated_at: number;
}

interface CampaignVersionTable {
  campaign_id: string;
  version: number;
  trigger_on: string;
  spec: string;
  created_at: number;
  restores: number | null;
  name: string | null;
}

interface CouponTable {
  id: string;
  campaign_id: string;
  campaign_version: number;
  member_id: string;
  issue_key: string;
  code_hash: string;
  code_sealed: Uint8Array;
  state: 'issued' | 'locked' | 'redeemed' | 'expired' | 'revoked';
  store_id: string | null;
  issued_at: number;
  expires_at: number;
  folded_into: string | null;
  opened_at: number | null;
  opened_count: Generated<number>;
  source: string | null;
}

interface FriendSourceTable {
  member_id: string;
  source: string;
  since: number;
  proven_at: number | null;
}

interface DecisionTable {
  id: string;
  event_id: string;
  campaign_id: string;
  campaign_version: number;
  member_id: string | null;
  visit_id: string | null;
  node_id: string | null;
  store_id: string | null;
  outcome: string;
  reason: string | null;
  weighed: number;
  trust: string;
  passed: string;
  route: string | null;
  coupon_id: string | null;
  decided_at: number;
  complaint: string | null;
}

interface DeliveryTable {
  id: string;
  decision_id: string;
  member_id: string;
  coupon_id: string | null;
  route: 'reply' | 'push';
  fallback: 'none' | 'push';
  retry_key: string;
  reply_token_sealed: Uint8Array | null;
  token_received_at: number | null;
  messages_sealed: Uint8Array;
  state: 'ready' | 'sending' | 'accepted' | 'unknown' | 'parked';
  park_reason: string | null;
  in_doubt: number;
  attempts: number;
  next_attempt_at: number;
  claimed_until: number | null;
  not_after: number;
  budget_key: string | null;
  stock_key: string | null;
  request_id: string | null;
  created_at: number;
  settled_at: number | null;
  cost_minor: number | null;
  cost_currency: string | null;
  cast_key: string | null;
}

interface LineBudgetTable {
  endpoint: 'reply' | 'push' | 'multicast';
  milli_tokens: number;
  at: number;
  paused_until: number;
  strikes: number;
}

interface LineQuotaTable {
  id: number;
  month: string;
  most: number | null;
  used: number;
  read_at: number;
}

interface LineQuotaReadingTable {
  at: number;
  month: string;
  most: number | null;
  used: number;
}

interface ProfileChangeTable {
  member_id: string;
  at: number;
  kind: 'tag' | 'attribute';
  name: string;
  before: string | null;
}

interface DeliveryAttemptTable {
  id: string;
  delivery_id: string;
  route: 'reply' | 'push';
  outcome: string;
  detail: string | null;
  request_id: string | null;
  started_at: number;
  ended_at: number;
}

interface CounterTable {
  key: string;
  used: number;
}

interface VaultCheckTable {
  id: number;
  sealed: Uint8Array;
}

interface RegistryVersionTable {
  id: number;
  version: number;
}

interface ExposureTable {
  campaign_id: string;
  member_id: string;
  arm: 'treated' | 'control';
  bucket: number;
  algorithm: number;
  at: number;
}

interface DeferralTable {
  event_id: string;
  campaign_id: string;
  member_id: string;
  trigger_on: TriggerType;
  until: number;
  closed_at: number | null;
}

interface ScheduleRunTable {
  campaign_id: string;
  due_at: number;
  after_member: string;
  done_at: number | null;
}

interface AlertTable {
  id: string;
  alert_key: string;
  kind: string;
  hwid: string;
  node_id: string | null;
  dm: string | null;
  event_id: string;
  off_ms: number | null;
  times: number;
  first_at: number;
  last_at: number;
}

interface DocumentTable {
  kind: 'Segment' | 'Policy' | 'WebShop' | 'Form';
  id: string;
  name: string;
  spec: string;
  updated_at: number;
}

interface MemberTagTable {
  member_id: string;
  tag: string;
  since: number;
}

interface MemberAttributeTable {
  member_id: string;
  name: string;
  value: string;
  set_at: number;
}

interface FormAnswerTable {
  id: string;
  form_id: string;
  wording_version: string;
  member_id: string;
  at: number;
}

interface AccessTokenTable {
  id: string;
  name: string;
  role: Role;
  channel_kind: Channel['kind'] | null;
  channel_id: string | null;
  digest: string;
  created_at: number;
  last_used_at: number | null;
  revoked_at: number | null;
}

interface AuditTable {
  id: string;
  at: number;
  by_token: string;
  by_name: string;
  action: string;
  subject_kind: string;
  subject_id: string;
  why: string | null;
  detail: string | null;
}

type ChannelKind = 'store' | 'web-shop';

interface TillAnswerTable {
  channel_kind: ChannelKind;
  channel_id: string;
  idempotency_key: string;
  digest: string;
  status: number;
  body: string;
  at: number;
}

interface TillGuessTable {
  token_id: string;
  channel_kind: ChannelKind;
  channel_id: string;
  window_from: number;
  wrong: number;
  locked_until: number;
  lockouts: number;
  wrong_ever: number;
  last_at: number;
}

interface CouponLockTable {
  coupon_id: string;
  id: string;
  channel_kind: ChannelKind;
  channel_id: string;
  token_id: string;
  locked_at: number;
  until: number;
}

interface SaleTable {
  id: string;
  channel_kind: ChannelKind;
  channel_id: string;
  txn: string;
  at: number;
  recorded_at: number;
  amount_minor: number;
  currency: string;
  tender: string | null;
  staff: string | null;
  member_id: string | null;
  lines: string | null;
  source: 'redemption' | 'till';
  refunded_minor: number;
  voided_at: number | null;
  attributed_by: 'redemption' | 'visit' | 'unattributed';
  attributed_why: string | null;
  attributed_visit: string | null;
  attributed_redemption: string | null;
  attributed_campaign: string | null;
  window_ms: number | null;
}

interface SaleRefundTable {
  id: string;
  sale_id: string;
  amount_minor: number;
  reason: string | null;
  at: number;
  token_id: string;
}

interface RedemptionTable {
  id: string;
  kind: 'redeem' | 'rollback';
  parent_id: string | null;
  coupon_id: string;
  channel_kind: ChannelKind;
  channel_id: string;
  idempotency_key: string;
  at: number;
  order_ref: string | null;
  staff: string | null;
  tender: string | null;
  amount_minor: number | null;
  discount_minor: number | null;
  currency: string | null;
  reason: string | null;
  token_id: string;
  undone_at: number | null;
  sale_id: string | null;
}

interface AppliedByTable {
  kind: string;
  id: string;
  owner: string;
}
