import { type Fact, fail, ok, type Rule, seen, warn } from './check.ts';

/** The Bluetooth adapter up to the point where the radio daemon takes it over. */
export interface AdapterFacts {
  /** Whether the kernel can speak Bluetooth at all. */
  readonly kernel: Fact<{ readonly hasBluetooth: boolean }>;
  readonly adapters: Fact<Adapters>;
  /** What the kernel said about missing firmware since it started. */
  readonly firmware: Fact<readonly string[]>;
  /** The kernel's switches for the adapter's radio. */
  readonly rfkill: Fact<{ readonly soft: boolean; readonly hard: boolean }>;
  /** Whether the radio daemon, or whoever would start it, may use raw HCI sockets. */
  readonly rights: Fact<{ readonly who: string; readonly missing: readonly string[] }>;
  readonly rivals: Fact<Rivals>;
  readonly wifi: Fact<readonly WifiLink[]>;
  readonly usb: Fact<{ readonly isAdapterOnUsb: boolean; readonly superSpeed: readonly string[] }>;
}

export interface Adapters {
  /** All names in the kernel's list, e.g. `hci0`. */
  readonly names: readonly string[];
  /** The one the node uses. */
  readonly wanted: string;
  readonly state:
    | { readonly at: 'absent' }
    /** In the list, but offered to nobody. */
    | { readonly at: 'held' }
    | { readonly at: 'offered'; readonly address: string; readonly isPowered: boolean };
}

export interface Rivals {
  readonly bluetoothd: readonly number[];
  /** Radio daemons of this product, by process id. */
  readonly radioDaemons: readonly number[];
  /** Others with a raw HCI socket: `name (pid)`. */
  readonly others: readonly string[];
}

export interface WifiLink {
  readonly name: string;
  /** Absent when it is not connected. */
  readonly frequencyMhz?: number;
  /** Whether it is in the same chip as the adapter, as on every Raspberry Pi. */
  readonly sharesChip: boolean;
}

/** Controllers without their firmware show the maker's dummy address: Broadcom 43:43:…, AA:AA:…, or zeros. */
const DUMMY_ADDRESS = /^(00:00:00:00:00:00|(aa:){3}|43:4[35]:|ff:ff:ff:ff:ff:ff)/i;

const offered = (
  { adapters }: AdapterFacts,
  judge: (state: Extract<Adapters['state'], { at: 'offered' }>, wanted: string) => ReturnType<Rule<never>['judge']>,
) =>
  seen(adapters, ({ state, wanted }) =>
    state.at === 'offered' ? judge(state, wanted) : ok(`${wanted} is not offered`),
  );

export const ADAPTER_RULES: readonly Rule<AdapterFacts>[] = [
  {
    name: 'kernel-bluetooth',
    group: 'adapter',
    judge: ({ kernel }) =>
      seen(kernel, ({ hasBluetooth }) =>
        hasBluetooth
          ? ok('the kernel speaks Bluetooth')
          : fail(
              'the kernel has no Bluetooth (no AF_BLUETOOTH)',
              'modprobe bluetooth; where that fails use the distribution’s standard kernel, not a cloud or container one',
            ),
      ),
  },
  {
    name: 'rfkill',
    group: 'adapter',
    needs: ['kernel-bluetooth'],
    judge: ({ rfkill }) =>
      seen(rfkill, ({ soft, hard }) => {
        if (hard)
          return fail(
            'a hardware switch keeps Bluetooth off',
            'turn on the switch or key on the machine, or the setting in its BIOS',
          );
        return soft ? fail('Bluetooth is blocked by rfkill', 'rfkill unblock bluetooth') : ok('not blocked');
      }),
  },
  {
    name: 'adapter',
    group: 'adapter',
    needs: ['kernel-bluetooth', 'rfkill'],
    judge: ({ adapters }) =>
      seen(adapters, ({ names, wanted, state }) => {
        if (state.at !== 'absent') return ok(wanted);
        const others = names.length === 0 ? 'this machine has none' : `there is only ${names.join(', ')}`;
        return fail(
          `the Bluetooth adapter ${wanted} is not there: ${others}`,
          'plug one in; on a Raspberry Pi remove dtoverlay=disable-bt from /boot/firmware/config.txt and restart; or choose another with --radio',
        );
      }),
  },
  {
    name: 'radio-rights',
    group: 'adapter',
    needs: ['kernel-bluetooth'],
    judge: ({ rights }) =>
      seen(rights, ({ who, missing }) =>
        missing.length === 0
          ? ok(`${who} may use the adapter`)
          : fail(
              `${who} may not use the adapter: ${missing.join(' and ')} missing`,
              'start it as a systemd unit with AmbientCapabilities=CAP_NET_RAW CAP_NET_ADMIN, or as root',
            ),
      ),
  },
  {
    name: 'adapter-free',
    group: 'adapter',
    needs: ['adapter'],
    judge: ({ adapters, rivals }) =>
      seen(adapters, ({ wanted, state }) => {
        if (state.at !== 'held') return ok(`${wanted} is not taken by another program`);
        const suspects = rivals.at === 'known' ? rivals.value.others : [];
        return fail(
          `${wanted} is there but not to be had: another program holds it for itself, or it is still starting`,
          `stop ${suspects.join(', ') || 'the program that uses the adapter exclusively (HCI user channel)'}, or choose another adapter with --radio`,
        );
      }),
  },
  {
    name: 'firmware',
    group: 'adapter',
    needs: ['adapter', 'adapter-free'],
    judge(facts) {
      const remedy =
        'apt-get install bluez-firmware pi-bluetooth (Raspberry Pi) or firmware-realtek (USB sticks), then restart; see: dmesg | grep -i bluetooth';
      const said = facts.firmware.at === 'known' ? facts.firmware.value : [];
      return offered(facts, ({ address }, wanted) => {
        if (DUMMY_ADDRESS.test(address)) {
          return fail(`${wanted} shows the dummy address ${address}: its firmware is not loaded`, remedy);
        }
        const [first] = said;
        return first === undefined ? ok(`${wanted} is ${address}`) : warn(`the kernel says: ${first.trim()}`, remedy);
      });
    },
  },
  {
    name: 'adapter-power',
    group: 'adapter',
    needs: ['adapter', 'adapter-free', 'firmware'],
    judge: (facts) =>
      offered(facts, ({ isPowered }, wanted) =>
        isPowered
          ? ok(`${wanted} is on`)
          : fail(
              `${wanted} is switched off`,
              `start the radio (systemctl start pharos-radio), which switches it on, or: hciconfig ${wanted} up`,
            ),
      ),
  },
  {
    name: 'second-radio',
    group: 'adapter',
    needs: ['adapter'],
    judge: ({ rivals }) =>
      seen(rivals, ({ radioDaemons }) =>
        radioDaemons.length < 2
          ? ok('at most one radio daemon runs')
          : fail(
              `${radioDaemons.length} radio daemons run (processes ${radioDaemons.join(', ')}): on one adapter they silence each other`,
              `keep the one of systemd (systemctl status pharos-radio) and end the other: kill ${radioDaemons.at(-1)}`,
            ),
      ),
  },
  {
    name: 'bluetoothd',
    group: 'adapter',
    needs: ['adapter'],
    judge: ({ rivals }) =>
      seen(rivals, ({ bluetoothd }) =>
        bluetoothd.length === 0
          ? ok('bluetoothd does not run')
          : warn(
              'bluetoothd runs on this machine and ends our scan whenever it searches for devices',
              'systemctl disable --now bluetooth',
            ),
      ),
  },
  {
    name: 'other-programs',
    group: 'adapter',
    needs: ['adapter-free'],
    judge: ({ rivals }) =>
      seen(rivals, ({ others }) =>
        others.length === 0
          ? ok('no other program talks to the adapter')
          : warn(
              `other programs talk to the adapter: ${others.join(', ')}`,
              'stop them, or give the node an adapter of its own with --radio',
            ),
      ),
  },
  {
    name: 'wifi-coexistence',
    group: 'adapter',
    needs: ['adapter'],
    judge: ({ wifi }) =>
      seen(wifi, (links) => {
        const rival = links.find(({ frequencyMhz = 5_000, sharesChip }) => sharesChip && frequencyMhz < 3_000);
        if (rival === undefined) return ok('Wi-Fi does not compete with the adapter');
        return warn(
          `${rival.name} is on 2.4 GHz (${rival.frequencyMhz} MHz) in the same chip as Bluetooth: both lose packets`,
          'use Ethernet, or a 5 GHz network (set the country first: raspi-config), or a USB Bluetooth adapter',
        );
      }),
  },
  {
    name: 'usb-noise',
    group: 'adapter',
    needs: ['adapter'],
    judge: ({ usb }) =>
      seen(usb, ({ isAdapterOnUsb, superSpeed }) => {
        if (!isAdapterOnUsb || superSpeed.length === 0) return ok('no USB 3 device near a USB adapter');
        return warn(
          `a USB 3 device (${superSpeed.join(', ')}) next to the USB adapter disturbs 2.4 GHz`,
          'put the adapter on a USB 2 port and on an extension cable, a hand’s breadth away',
        );
      }),
  },
];
