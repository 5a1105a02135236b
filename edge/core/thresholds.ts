import { MAX_BATCH_EVENTS } from '../../protocol/messages/events.ts';
import type { BackoffPolicy, FlightPolicy } from './outbox-policy.ts';
import type { PresencePolicy } from './presence.ts';

/**
 * Every number the node decides with, each beside the failure it prevents. Values that follow from others are computed.
 */

/** Advertising interval in units of 0.625 ms: 152.5 ms is the densest interval iOS still hears reliably in the background. */
export const ADVERTISING_INTERVAL_UNITS = 244;
export const ADVERTISING_INTERVAL_MS = ADVERTISING_INTERVAL_UNITS * 0.625;

/** A controller adds 0–10 ms to every interval so that two beacons never stay in step. */
const ADVERTISING_DELAY_MAX_MS = 10;

/**
 * How many adverts of one frame kind follow each other. One alone is easily lost to a Wi-Fi burst; with three a phone
 * that loses two still hears the kind.
 */
const ADVERTS_PER_SLICE = 3;

/**
 * How long one frame kind stays on air before the other takes over, rounded up to 50 ms. Two slices fit into the second
 * over which phones range iBeacons, so neither kind is ever missing from a ranging window.
 */
export const FRAME_SLICE_MS =
  Math.ceil((ADVERTS_PER_SLICE * (ADVERTISING_INTERVAL_MS + ADVERTISING_DELAY_MAX_MS)) / 50) * 50;

/** A dead controller answers nothing and reports no error: silence after a command is the only sign. */
export const HCI_COMMAND_TIMEOUT_MS = 2_000;

/** A service manager sends SIGKILL soon after SIGTERM, and a killed process leaves its last advert on air for ever. */
export const STOP_ADVERTISING_TIMEOUT_MS = 800;

/** Two libraries initialise one adapter at the same time; arming in the middle of that would be undone again. */
export const ADVERTISER_SETTLE_MS = 300;

/** Between attempts to get on air again after a refusal; shorter would flood a struggling controller with commands. */
export const ADVERTISER_RETRY_MS = 2_000;

/** A controller that reset itself tells nobody: it answers on, silent and with default parameters. Arming anew heals that. */
export const ADVERTISER_REFRESH_MS = 60_000;

/** The scan library reports stops it caused itself; restarting on those would loop, so they are ignored this long. */
export const SCAN_RESTART_GRACE_MS = 1_000;

/** One commit per beat: a commit per advert would wear an SD card out within months. */
export const RADIO_BEAT_MS = 100;

/** Sightings waiting for a beat. A scanner hears at most some 2,000 adverts a second; more is a flood and is counted. */
export const SIGHTING_QUEUE_MAX = 2_000;

/** Tags followed at once. A shop sees dozens; a flood of invented minors must not take the memory. */
export const TAG_TABLE_MAX = 2_000;

/** Without commits the radio keeps this many undurable events in memory before it gives up the oldest. */
export const UNDURABLE_EVENTS_MAX = 5_000;

/** The outbox on disk: about 300,000 events, days of outage, far below what an 8 GB card can spare. */
export const OUTBOX_MAX_BYTES = 64 * 1024 * 1024;

/** A full outbox frees this share at once; freeing row by row would write one loss event per event lost. */
export const OUTBOX_EVICT_SHARE = 0.05;

/** How often the uplink looks whether the radio process has written; bounds the latency between two processes. */
export const OUTBOX_POLL_MS = 200;

/** A clock within this time of its last NTP answer is synced: timesyncd asks at least every 2048 s; three misses are a loss. */
export const CLOCK_SYNC_MAX_AGE_MS = 3 * 2_048_000;

/** A Pi without a clock battery boots in 1970 or at its image's date; nothing before this is a plausible present. */
export const EARLIEST_PLAUSIBLE_MS = Date.UTC(2025, 0, 1);

export const DEFAULT_HEALTH_EVERY_MS = 10_000;

/** A radio snapshot older than this many intervals means the radio process is gone, whatever it last said. */
export const RADIO_SNAPSHOT_STALE_INTERVALS = 3;

export const PRESENCE_POLICY: PresencePolicy = {
  /** About 5–8 m from a tag at 0 dBm; weaker than this is the pavement or the shop next door. */
  enterDbm: -80,
  /** A body between tag and node costs about this much: without the gap a visitor who turns round leaves and enters. */
  hysteresisDb: 8,
  /** Someone walking past the door is near for a moment only. */
  holdMs: 1_000,
  /** One lucky reflection must not count as a second of presence. */
  minSightings: 3,
  /** Single readings scatter by ±10 dB; this averages a walking person's second and no more, or enter comes late. */
  smoothingMs: 1_500,
  /** Readings older than this say nothing about now; a returning tag must not start from its old estimate. */
  memoryMs: 3_000,
  /** Tags in pockets go unheard for several seconds, with adverts at 1 Hz up to ten; earlier exits were false exits. */
  exitAfterMs: 15_000,
  dwellMarksMs: [5 * 60_000, 15 * 60_000],
};

export const FLIGHT_POLICY: FlightPolicy = {
  /** A few batches hide the round trip; more would only be repeated together when the link drops. */
  maxFlights: 4,
  maxBatchEvents: MAX_BATCH_EVENTS,
  /** Brokers commonly refuse messages above 256 KiB. */
  maxBatchBytes: 128 * 1024,
  /** Several times a slow mobile round trip plus the cloud's commit; a repeat is harmless but costs traffic. */
  ackTimeoutMs: 5_000,
  retry: { firstMs: 1_000, maxMs: 60_000 },
};

/** A whole region's nodes reconnect together after a broker restart; the jitter spreads them, the ceiling bounds the wait. */
export const RECONNECT_POLICY: BackoffPolicy = { firstMs: 1_000, maxMs: 30_000 };

/** Half of what home routers and mobile networks keep an idle connection for. */
export const MQTT_KEEPALIVE_S = 30;

/** A goodbye must not hold up a shutdown; the broker's will says the same a little later. */
export const GOODBYE_TIMEOUT_MS = 1_000;
