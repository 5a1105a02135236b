/** The endpoints this platform has, as settings, faults and the judge's log call them. */
export const ENDPOINTS = [
  'reply',
  'push',
  'multicast',
  'validate_reply',
  'validate_push',
  'validate_multicast',
  'quota',
  'quota_consumption',
  'sent_reply',
  'sent_push',
  'sent_multicast',
  'sent_broadcast',
  'aggregation_info',
  'aggregation_list',
  'insight_followers',
  'followers',
  'profile',
  'bot_info',
  'link_token',
  'loading',
  'mark_as_read',
  'webhook_endpoint',
  'webhook_endpoint_set',
  'webhook_test',
  'token',
  'token_short',
  'token_verify',
  'token_revoke',
  'verify_id_token',
] as const;
export type EndpointName = (typeof ENDPOINTS)[number];

/** The endpoints that bring a message to somebody. */
export const SENDING: ReadonlySet<string> = new Set<EndpointName>(['reply', 'push', 'multicast']);
