import { type LinkCause, type LinkTroubleCode, troubleCodeOf } from './link-cause.ts';

/** Why there is no line to the broker, in words a shop can act on: what is wrong, where, and what to do. */
export interface LinkTrouble {
  readonly code: LinkTroubleCode;
  /** What happened and where, without a full stop. */
  readonly sentence: string;
  /** What to do about it, without a full stop. */
  readonly remedy: string;
}

/** Where it happened. */
export interface LinkPlace {
  /** `mqtts://host:8883`; there are no credentials in it. */
  readonly url: string;
  readonly nodeId: string;
  readonly storeId: string;
  /** Whether the bundle has a trust anchor of its own. */
  readonly anchored: boolean;
  /** The wall clock in ISO 8601, and whether it can be the present: certificates are judged by it. */
  readonly clock: { readonly says: string; readonly plausible: boolean };
  /** Whether the line stood before. */
  readonly wasUp?: boolean;
}

/** Pure: the same cause at the same place is always told the same way. Never contains a password. */
export function linkTrouble(cause: LinkCause, place: LinkPlace): LinkTrouble {
  const code = troubleCodeOf(cause, { wasUp: place.wasUp === true, isClockPlausible: place.clock.plausible });
  const [sentence, remedy] = WORDS[code](place, detailOf(cause));
  return { code, sentence, remedy };
}

/** `sentence; remedy`, for one line of a log or a screen. */
export const describeTrouble = ({ sentence, remedy }: Pick<LinkTrouble, 'sentence' | 'remedy'>): string =>
  `${sentence}; ${remedy}`;

function detailOf(cause: LinkCause): string {
  switch (cause.type) {
    case 'closed':
      return 'it said nothing';
    case 'topics-refused':
      return cause.topics.join(', ');
    case 'error':
      return cause.message;
  }
}

const newBundle = ({ nodeId, storeId }: LinkPlace, rotate: boolean): string =>
  `enroll a new bundle: at headquarters "pharos node add ${nodeId} --store ${storeId} --out ${nodeId}.json` +
  `${rotate ? ' --rotate' : ''}", here "pharos-edge enroll --replace ${nodeId}.json"`;

type Words = (place: LinkPlace, detail: string) => readonly [sentence: string, remedy: string];

const WORDS: Readonly<Record<LinkTroubleCode, Words>> = {
  'name-unknown': ({ url }, detail) => [
    `the name of the broker ${url} cannot be looked up (${detail})`,
    "check this machine's network and name server; if the name is wrong, set PHAROS_MQTT_URL or enroll a new bundle",
  ],
  unreachable: ({ url }, detail) => [
    `there is no way from here to the broker ${url} (${detail})`,
    "check this machine's network: cable or Wi-Fi, address, gateway, firewall",
  ],
  'port-closed': ({ url }) => [
    `nothing listens at ${url}: the connection is refused`,
    'start the broker (pharos-cloud), or check host and port in the bundle and the firewall on the way',
  ],
  'no-answer': ({ url }, detail) => [
    `${url} does not answer (${detail})`,
    'check that the broker runs, and that no firewall drops the packets on the way',
  ],
  'closed-early': ({ url }, detail) => [
    `${url} closes the connection before it answers (${detail})`,
    url.startsWith('mqtts:')
      ? 'check that this is the TLS port of the broker and that it takes more connections'
      : 'check that this is the MQTT port of the broker; a port that wants TLS needs an mqtts:// address',
  ],
  'line-cut': ({ url, nodeId }, detail) => [
    `the line to ${url} was cut (${detail})`,
    `nothing to do if it comes back; if it is cut again and again, see whether another machine runs as ${nodeId} with the same bundle`,
  ],
  'line-dead': ({ url }) => [
    `${url} stopped answering while the line stood`,
    'nothing to do if it comes back; otherwise check the network between here and the broker',
  ],
  'credentials-refused': (place) => [
    `the broker ${place.url} refuses user ${place.nodeId}: it does not know the node, or not with this password`,
    newBundle(place, true),
  ],
  'client-id-refused': (place) => [
    `the broker ${place.url} refuses the client id ${place.nodeId}`,
    'let the broker accept the node id as client id; no other works, since sessions are kept under it',
  ],
  'topics-refused': ({ url, nodeId }, detail) => [
    `the broker ${url} does not let ${nodeId} read ${detail}`,
    `give user ${nodeId} read access to these topics in the broker's access list, or enroll a new bundle if the node moved`,
  ],
  'broker-unavailable': ({ url }) => [
    `the broker ${url} says that it is not available`,
    'look at the log of the broker; the node goes on asking',
  ],
  'protocol-refused': ({ url }) => [
    `the broker ${url} does not speak MQTT 3.1.1`,
    'use a broker that does, such as the one inside pharos-cloud, Mosquitto or EMQX',
  ],
  'not-mqtt': ({ url }, detail) => [
    `what answers at ${url} does not speak MQTT (${detail})`,
    'check host and port in the bundle: usually 1883, and 8883 with TLS',
  ],
  'not-tls': ({ url }, detail) => [
    `the port of ${url} does not speak TLS (${detail})`,
    "use the broker's TLS port (usually 8883), or have TLS switched on there; a plain port is refused because the password would be readable",
  ],
  'ca-mismatch': (place, detail) => [
    `the certificate of ${place.url} is not signed by ${anchorOf(place)} (${detail})`,
    `${newBundle(place, false)}; if the bundle is the latest, somebody else answers at this address: find out who`,
  ],
  'self-signed': (place) => [
    `${place.url} shows a certificate signed by nobody but itself, not by ${anchorOf(place)}`,
    'give the broker a certificate of the authority in the bundle, or enroll a bundle that has this certificate as trust anchor',
  ],
  'cert-name': ({ url }, detail) => [
    `the certificate of ${url} belongs to another name (${detail})`,
    'set PHAROS_MQTT_PUBLIC_URL of pharos-cloud to this address, or PHAROS_MQTT_URL here to a name the certificate has',
  ],
  'cert-expired': ({ url, clock }) => [
    `the certificate of ${url} has run out (it is ${clock.says} here)`,
    'renew it at the broker; pharos-cloud renews its own when it is restarted',
  ],
  'cert-not-yet-valid': ({ url, clock }) => [
    `the certificate of ${url} is not valid yet (it is ${clock.says} here)`,
    "check the clocks of this machine and of the broker's",
  ],
  'clock-wrong': ({ url, clock }) => [
    `this machine's clock says ${clock.says}, so the certificate of ${url} cannot be judged`,
    'let the clock be set: check that the time server is reachable (UDP port 123) with "timedatectl"; the node goes on by itself then',
  ],
  'tls-failed': ({ url }, detail) => [
    `no TLS session with ${url} (${detail})`,
    'check that the broker offers TLS 1.2 or newer and asks for no client certificate',
  ],
  unknown: ({ url }, detail) => [
    `no line to ${url}: ${detail}`,
    'look at the log of the broker; the node goes on asking',
  ],
};

const anchorOf = ({ anchored }: LinkPlace): string =>
  anchored ? "the bundle's trust anchor" : 'an authority this machine knows, and the bundle has no trust anchor';
