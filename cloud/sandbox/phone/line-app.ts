/**
 * What the LINE app on a phone does with a beacon it hears. One contact per HWID:
 *
 *   unknown --heard--> reported --heard again--> reported        (time of hearing moves on, nothing is sent)
 *      ^                  |
 *      +-- LINE restarted, or silent for reenterAfterMs --+      (the next hearing reports anew)
 *
 * Invariants: only HWIDs issued to the account become contacts, so the table is bounded; a frame the app may not
 * act on (settings, friendship, system) leaves no trace, so turning a switch on inside the shop reports at once.
 */
export interface BeaconHeard {
  readonly hwid: string;
  /** Lower-case hex, at least one byte; frames without a device message do not get this far. */
  readonly dm: string;
  /** Monotonic. */
  readonly atMs: number;
}

/** The switches that count, as a user has set them. */
export interface Phone {
  readonly friend: boolean;
  readonly blocked: boolean;
  readonly beaconConsent: boolean;
  readonly bluetooth: boolean;
  readonly location: boolean;
  readonly lineOpen: boolean;
  readonly os: 'ios' | 'android';
  readonly country: string;
}

export interface LineAppPolicy {
  readonly hwids: readonly string[];
  readonly reenterAfterMs: number;
  readonly dmChangeReports: boolean;
}

export type Contacts = ReadonlyMap<string, { readonly dm: string; readonly lastHeardMs: number }>;

/** A LINE that was just started remembers no beacon. */
export const NO_CONTACTS: Contacts = new Map();

export type ReportReason = 'first_contact' | 'came_back' | 'dm_changed';
export type SilenceReason =
  | 'hwid_not_issued'
  | 'bluetooth_off'
  | 'country_without_line_beacon'
  | 'not_a_friend'
  | 'blocked'
  | 'beacon_consent_off'
  | 'line_in_background'
  | 'location_off'
  | 'still_in_range';

export type Verdict =
  | { readonly report: true; readonly reason: ReportReason }
  | { readonly report: false; readonly reason: SilenceReason };

const BEACON_COUNTRIES = new Set(['JP', 'TW', 'TH']);

/** Decides on one frame heard, and remembers what the next decision needs. */
export function hearBeacon(
  contacts: Contacts,
  heard: BeaconHeard,
  phone: Phone,
  policy: LineAppPolicy,
): { readonly contacts: Contacts; readonly verdict: Verdict } {
  const obstacle = policy.hwids.includes(heard.hwid) ? obstacleOf(phone) : 'hwid_not_issued';
  if (obstacle !== undefined) return { contacts, verdict: { report: false, reason: obstacle } };
  const known = contacts.get(heard.hwid);
  const next = new Map(contacts).set(heard.hwid, { dm: heard.dm, lastHeardMs: heard.atMs });
  const reason = reportReason(known, heard, policy);
  const verdict: Verdict =
    reason === undefined ? { report: false, reason: 'still_in_range' } : { report: true, reason };
  return { contacts: next, verdict };
}

function reportReason(
  known: { readonly dm: string; readonly lastHeardMs: number } | undefined,
  heard: BeaconHeard,
  policy: LineAppPolicy,
): ReportReason | undefined {
  if (known === undefined) return 'first_contact';
  if (heard.atMs - known.lastHeardMs >= policy.reenterAfterMs) return 'came_back';
  return policy.dmChangeReports && heard.dm !== known.dm ? 'dm_changed' : undefined;
}

/** The first thing that keeps the app from reporting, in the order a person would look for it. */
function obstacleOf(phone: Phone): SilenceReason | undefined {
  if (!phone.bluetooth) return 'bluetooth_off';
  if (!BEACON_COUNTRIES.has(phone.country)) return 'country_without_line_beacon';
  if (phone.blocked) return 'blocked';
  if (!phone.friend) return 'not_a_friend';
  if (!phone.beaconConsent) return 'beacon_consent_off';
  if (phone.os === 'android' && !phone.lineOpen) return 'line_in_background';
  // Android hears nothing without location; iOS needs it only to be woken in the background.
  if (!phone.location && (phone.os === 'android' || !phone.lineOpen)) return 'location_off';
  return undefined;
}
