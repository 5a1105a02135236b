import { MAX_BATCH_EVENTS } from '../../protocol/messages/events.ts';
import type { FootfallPolicy } from './footfall.ts';
import type { OutboxModePolicy } from './outbox-mode.ts';
import type { FlightPolicy } from './outbox-policy.ts';
import type { PresencePolicy } from './presence.ts';
import type { AdmissionPolicy } from './presence-admission.ts';
import type { ShadowPolicy } from './shadow-proof.ts';
import type { SupervisionPolicy } from './supervision.ts';

/**
 * Every number the node decides with, each beside the failure it prevents. Values that follow from others are computed.
 */

/** HCI counts advertising intervals in these. */
export const ADVERTISING_UNIT_MS = 0.625;

/** Unless a profile says otherwise: the densest interval iOS still hears reliably in the background. */
export const ADVERTISING_INTERVAL_MS = 152.5;

/** Controllers before Bluetooth 5 refuse non-connectable adverts that are denser. */
export const ADVERTISING_INTERVAL_MIN_MS = 100;

/** Phones range iBeacons over one second; a rarer advert is missing from whole windows. */
export const ADVERTISING_INTERVAL_MAX_MS = 1_000;

/** A controller adds 0–10 ms to every interval so that two beacons never stay in step. */
export const ADVERTISING_DELAY_MAX_MS = 10;

/**
 * How many adverts of one frame kind follow each other. One alone is easily lost to a Wi-Fi burst; with three a phone
 * that loses two still hears the kind.
 */
const ADVERTS_PER_SLICE = 3;

/**
 * How long one frame kind stays on air before the next takes over, rounded up to 50 ms. At the usual interval two slices
 * fit into the second over which phones range iBeacons, so neither kind is ever missing from a ranging window.
 */
export const frameSliceMs = (intervalMs: number): number =>
  Math.ceil((ADVERTS_PER_SLICE * (intervalMs + ADVERTISING_DELAY_MAX_MS)) / 50) * 50;

/** While silent by plan: the clock may be set meanwhile, and then the hours are others. */
export const SILENCE_CHECK_MS = 30_000;

/** The secure LINE frame counts these since its HWID was first powered on. */
export const SECURE_STEP_MS = 15_000;

/**
 * Steps of the secure frame that are written to disk ahead of use. A crash skips what is left of them, and a counter that
 * runs ahead of its true age may be doubted; one commit a minute costs an SD card nothing.
 */
export const SECURE_STEPS_AHEAD = 4;

/** A neighbour unheard for this long is no longer reported: its status topic tells the rest. */
export const HEARD_HWID_MEMORY_MS = 10 * 60_000;

/** A dead controller answers nothing and reports no error: silence after a command is the only sign. */
export const HCI_COMMAND_TIMEOUT_MS = 2_000;

/** A service manager sends SIGKILL soon after SIGTERM, and a killed process leaves its last advert on air for ever. */
export const STOP_ADVERTISING_TIMEOUT_MS = 800;

/** Two libraries initialise one adapter at the same time; arming in the middle of that would be undone again. */
export const ADVERTISER_SETTLE_MS = 300;

/** Between attempts to get on air again after a refusal; shorter would flood a struggling controller with commands. */
export const ADVERTISER_RETRY_MS = 2_000;

/**
 * A controller that reset itself tells nobody: it answers on, silent and with default parameters. Setting parameters is
 * refused by the specification while advertising is on, so being allowed to is how that is found out.
 */
export const ADVERTISER_PROBE_MS = 5_000;

/** A chip that refuses the question without advertising would pass the probe for ever; arming anew does not ask. */
export const ADVERTISER_REFRESH_MS = 60_000;

/** How often the radio's supervision decides. */
export const SUPERVISION_BEAT_MS = 500;

/** An adapter powers up in at most three seconds; a new socket on one that never does must not hold up harsher stages. */
export const REOPEN_TIMEOUT_MS = 5_000;

/** Switching a hung adapter off waits for several commands of two seconds each inside the kernel. */
export const ADAPTER_POWER_TIMEOUT_MS = 12_000;

/** USB adapters appear seconds after boot and after being plugged in again; a service manager starts us sooner. */
export const ADAPTER_WAIT_MS = 20_000;

export const SUPERVISION_POLICY: SupervisionPolicy = {
  silence: {
    /** A neighbour sends some six adverts a second: this is sixty of them, and the whole ladder ends within a minute. */
    steady: { firstMs: 10_000, nextMs: 8_000 },
    /** Room presence projects wait 30 to 90 s; at night in an empty shop the waits grow, so that it is left in peace. */
    some: { firstMs: 30_000, maxMs: 30 * 60_000 },
    never: { firstMs: 60_000, maxMs: 15 * 60_000 },
    /** Thirty adverts in a row lost: a neighbour that far away comes and goes with the doors in between. */
    neighbourGapMs: 5_000,
    neighbourProofMs: 60_000,
    /** Longer than the ladder takes, short enough that a neighbour switched off for the night costs one restart. */
    neighbourMemoryMs: 5 * 60_000,
    /** Chips that fall deaf again do so within a second or two of being restarted. */
    recoveredMs: 5_000,
  },
  /** Asking costs one command; what hangs in a quiet shop would otherwise be noticed only when somebody comes. */
  probeEveryMs: 5_000,
  /** An administrator's "down" and "up" are seconds apart; after ten nobody is about to switch it on again. */
  adapterOffMs: 10_000,
  /** Arming takes half a second and is repeated every two: this is several refusals in a row. */
  offAirMs: 15_000,
  resetProofMs: 5 * 60_000,
  /** A program that searches for devices ends our scan each time; fighting over it more often helps neither. */
  disturbance: { firstMs: 1_000, maxMs: 30_000, forgetMs: 2 * 60_000 },
  /** Longer than any stage may take by its own limits. */
  actionLimitMs: HCI_COMMAND_TIMEOUT_MS * 4 + ADAPTER_POWER_TIMEOUT_MS * 2,
};

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

/** Rows the cloud refused are kept for people to see, but must not take the room of those that wait. */
export const OUTBOX_PARKED_SHARE = 1 / 16;

/** The outbox while the disk takes nothing: memory a Pi Zero can spare, some 40,000 events. */
export const OUTBOX_MEMORY_MAX_BYTES = 8 * 1024 * 1024;

export const OUTBOX_MODE_POLICY: OutboxModePolicy = {
  /** SD cards pause for hundreds of milliseconds when they tidy up; a second, three times over, is a card that dies. */
  slowMs: 1_000,
  slowInARow: 3,
  /** A disk that was full or remounted is cured by a person, within seconds or within days. */
  retryFirstMs: 5_000,
  retryMaxMs: 5 * 60_000,
};

/** Acknowledged rows a disk would not delete; beyond this they are sent again and acknowledged again. */
export const OUTBOX_REMEMBERED_ACKS_MAX = 200_000;

/** Another database may have taken the place of the one that is open; looking costs two system calls. */
export const OUTBOX_LOOK_AGAIN_MS = 2_000;

/** Slewing moves a clock by half a millisecond a second; more than this between two beats is a step. */
export const CLOCK_STEP_MS = 250;

/** Rows the uplink reads ahead, in batches: reading one batch at a time costs a search in the index each. */
export const OUTBOX_READ_AHEAD_BATCHES = 5;

/** How often the uplink looks whether the radio process has written; bounds the latency between two processes. */
export const OUTBOX_POLL_MS = 200;

/** A clock within this time of its last NTP answer is synced: timesyncd asks at least every 2048 s; three misses are a loss. */
export const CLOCK_SYNC_MAX_AGE_MS = 3 * 2_048_000;

/** A Pi without a clock battery boots in 1970 or at its image's date; nothing before this is a plausible present. */
export const EARLIEST_PLAUSIBLE_MS = Date.UTC(2025, 0, 1);

export const DEFAULT_HEALTH_EVERY_MS = 10_000;

/** A radio snapshot older than this many intervals means the radio process is gone, whatever it last said. */
export const RADIO_SNAPSHOT_STALE_INTERVALS = 3;

export const ADMISSION_POLICY: AdmissionPolicy = {
  /** A burst of invented tags is over within minutes; afterwards everyone begins with a clean slate. */
  windowMs: 10 * 60_000,
  /** A tag has one id, a phone that imitates a card one or two; an advertiser with more counts through them. */
  maxIdsPerAdvertiser: 10,
  /** More members than pass one door in ten minutes of a sale; a forger has 4,294,967,296 to choose from. */
  maxPairsPerUuid: 500,
  /** A dense street in ten minutes; each costs some 200 bytes. */
  maxAdvertisers: 5_000,
};

/** An update takes a minute, a reboot two. Who was there longer ago than this may have left unheard and gets an exit. */
export const PRESENCE_SNAPSHOT_MAX_AGE_MS = 5 * 60_000;

export const FOOTFALL_POLICY: FootfallPolicy = {
  /** Phones change their address about every 15 minutes: a third of that keeps most of them counted once. */
  windowMs: 5 * 60_000,
  /** A phone advertises some 10 dB weaker than a tag at full power, so this is about the reach of an enter. */
  nearDbm: -85,
  /** More than fit into a shop; beyond it somebody makes up addresses. */
  maxAdvertisers: 5_000,
};

/** A day: long enough to count an afternoon's passers-by once, short enough that nobody is recognised tomorrow. */
export const ADVERTISER_KEY_LIFE_MS = 24 * 60 * 60_000;

/**
 * Found on recordings of one transmitter walking and driving in and out of a door, each recording judged with what the
 * others taught (`pharos-edge bench presence`); the failures named are what the neighbouring values did there.
 */
export const PRESENCE_POLICY: PresencePolicy = {
  /**
   * Three to four metres from a tag that sends with 0 dBm. At −80 dBm a receiver was right half of the time, like a
   * coin; from −74 to −70 dBm it was best. Rooms differ more than any rule can make up for: a node may have its own level.
   */
  enterDbm: -72,
  /** With less the level flickers at the edge; with 6 dB and more those who left stay present for seconds longer. */
  hysteresisDb: 4,
  /** A single look past the door is shorter; waiting for a whole second was right less often, by two in a hundred. */
  holdMs: 500,
  /** One lucky reflection must not count as presence, nor one weak advert as absence. */
  minSightings: 3,
  /** Single readings scatter by ±10 dB; averaging longer than a second told arrivals and departures late. */
  smoothingMs: 1_000,
  /** Readings older than this say nothing about now; a returning tag must not start from its old estimate. */
  memoryMs: 3_000,
  /** Someone who walked away is still heard. With half of it a turned back is a departure; with more, exits come late. */
  farAfterMs: 2_000,
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

/**
 * A receiver hears little below −95 dBm, so a weaker level makes the whole street near; a tag held against the antenna
 * is at about −30.
 */
export const ENTER_DBM_LIMITS = { weakest: -95, strongest: -35 } as const;

export const SHADOW_POLICY: ShadowPolicy = {
  /** An adapter that is brought up anew is on air after five seconds at most; a phone nearby is heard within ten. */
  trialMs: 20_000,
  /** A controller that dislikes its parameters refuses the next slice or the one after; a slice lasts half a second. */
  settleMs: 2_000,
};

/** Beacons and phones near a node advertise several times a second; where adverts are rarer, none for a while proves nothing. */
export const HEARING_MS = 5_000;

/** A node that boots reaches its broker before its adapter is up; what is desired of it waits for the radio this long. */
export const RADIO_AWAITED_MS = 60_000;

/** How often a radio that tries a configuration says how it is. */
export const TRIAL_TOLD_MS = 500;

/** A radio on trial that misses this many of them is dead or hangs. */
export const TRIAL_SILENCE_INTERVALS = 6;

/** How often the radio looks for a new configuration; looking costs no read of the disk. */
export const CONFIG_POLL_MS = 500;

/** A radio process that lives answers within a poll; one that hangs must not hold up the answer of an erasure for ever. */
export const ERASURE_WAIT_MS = 10_000;

/** Commands remembered, so that a repeat is known for one: months of them, and some 50 kB. */
export const COMMANDS_REMEMBERED = 200;

/** Results of commands on their way to the broker; far fewer than a line may have unconfirmed. */
export const RESULTS_AT_ONCE = 5;

/** The broker's PUBACK takes one round trip; afterwards the repeat at the next connection has to do. */
export const LAST_WORD_MS = 3_000;

/** A snapshot beyond this is cut to its figures: brokers commonly refuse messages above 256 KiB. */
export const SNAPSHOT_MAX_BYTES = 64 * 1024;

export const LINK_TIMING = {
  /** Half of what home routers and mobile networks keep an idle connection for; a dead line is noticed after one and a half. */
  keepaliveS: 30,
  /** Mobile lines take seconds for TCP, TLS and MQTT together; a broker that is stuck must not hold the node for ever. */
  greetingMs: 30_000,
  /** A whole region's nodes reconnect together after a broker restart; the jitter spreads them, the ceiling bounds the wait. */
  reconnect: { firstMs: 1_000, maxMs: 30_000 },
  /** Two machines with one bundle cut each other off within a second; a line that outlives the longest wait is a real one. */
  provenMs: 30_000,
  /** A broker confirms within a round trip; these are all flights, and a minute of what else a node says. */
  maxUnconfirmed: 20,
} as const;

/** How often the uplink writes down that it lives while nothing changes; three times as long without it, it is gone. */
export const UPLINK_SNAPSHOT_EVERY_MS = 60_000;
export const UPLINK_SNAPSHOT_STALE_MS = 3 * UPLINK_SNAPSHOT_EVERY_MS;

/** A goodbye must not hold up a shutdown; the broker's will says the same a little later. */
export const GOODBYE_TIMEOUT_MS = 1_000;

export const WATCHDOG_POLICY = {
  /** An SD card that tidies itself up stalls a commit for seconds; a loop that rests for longer will not beat again. */
  beatLimitMs: 20_000,
  /**
   * Neither the disk nor the memory that stands in for it took anything: a file handle gone bad is cured by a new process,
   * and a full disk is cleaned up by hand in less.
   */
  undurableLimitMs: 10 * 60_000,
} as const;

/** A fault that lasts is worth a line now and then; the journal of a shop holds a month of them in 64 MB. */
export const FAULT_TOLD_EVERY_MS = 10 * 60_000;

/** How often vitals are looked at; what a service manager is told is told at most this late. */
export const WATCHDOG_BEAT_MS = 1_000;
