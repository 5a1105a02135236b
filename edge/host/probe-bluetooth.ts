import type { Adapters, WifiLink } from '../core/doctor/adapter.ts';
import { type Fact, known, unseen } from '../core/doctor/check.ts';
import type { HostFiles } from './files.ts';
import type { Surroundings } from './probe-tools.ts';

const BLUETOOTH = '/sys/class/bluetooth';

export const probeKernel = ({ files }: Surroundings): Fact<{ readonly hasBluetooth: boolean }> => {
  const protocols = files.text('/proc/net/protocols') ?? '';
  return known({ hasBluetooth: files.resolve(BLUETOOTH) !== undefined || /^HCI\b/m.test(protocols) });
};

export const adapterNames = ({ files }: Surroundings): readonly string[] =>
  files.entries(BLUETOOTH).filter((name) => /^hci\d+$/.test(name));

/** What the management channel offers, one entry an adapter; `undefined` where it could not be asked. */
export type Offer = readonly { readonly index: number; readonly address: string; readonly powered: boolean }[];

/** How the adapter `wanted`, a name or an address, stands. Without one: the first there is. */
export function probeAdapters(
  around: Surroundings,
  wanted: string | undefined,
  offer: Offer | undefined,
): Fact<Adapters> {
  const names = adapterNames(around).toSorted((a, b) => Number(a.slice(3)) - Number(b.slice(3)));
  const isAddress = wanted?.includes(':') === true;
  const byAddress = offer?.find(({ address }) => address === wanted?.toLowerCase());
  const name = isAddress
    ? byAddress === undefined
      ? wanted
      : `hci${byAddress.index}`
    : (wanted ?? names[0] ?? 'hci0');
  const hidden = names.filter((other) => offer?.some(({ index }) => `hci${index}` === other) === false);
  if (!names.includes(name)) {
    const mayBeHidden = isAddress && hidden.length > 0;
    return known({ names, wanted: name, state: { at: mayBeHidden ? 'held' : 'absent' } });
  }
  if (offer === undefined) {
    return unseen('the kernel’s Bluetooth management channel cannot be opened', 'ask as root: sudo pharos-edge doctor');
  }
  const found = offer.find(({ index }) => `hci${index}` === name);
  const state: Adapters['state'] =
    found === undefined ? { at: 'held' } : { at: 'offered', address: found.address, isPowered: found.powered };
  return known({ names, wanted: name, state });
}

/** Every switch of the kind: on laptops one of the machine itself may take the adapter away altogether. */
export function probeRfkill({ files }: Surroundings): Fact<{ readonly soft: boolean; readonly hard: boolean }> {
  const folder = '/sys/class/rfkill';
  const switches = files.entries(folder).filter((name) => files.text(`${folder}/${name}/type`) === 'bluetooth');
  const isSet = (what: string): boolean => switches.some((name) => files.text(`${folder}/${name}/${what}`) === '1');
  return switches.length === 0
    ? unseen('the kernel has no rfkill switch')
    : known({ soft: isSet('soft'), hard: isSet('hard') });
}

/** What the kernel says about a controller that came up without its firmware. */
const FIRMWARE_TROUBLE =
  /Bluetooth: hci\d+.*(patch|firmware).*(not found|failed|missing)|firmware load for (brcm\/BCM|rtl_bt|intel\/ibt|mediatek\/BT|qca)\S* failed/i;

export async function probeFirmware({ run, uid }: Surroundings): Promise<Fact<readonly string[]>> {
  const log = await run('dmesg', ['--notime']);
  if (log === undefined) {
    return unseen('the kernel’s messages may not be read', uid === 0 ? '' : 'ask as root: sudo pharos-edge doctor');
  }
  return known(log.split('\n').filter((line) => FIRMWARE_TROUBLE.test(line)));
}

const isOnUsb = (files: HostFiles, adapter: string): boolean =>
  files.resolve(`${BLUETOOTH}/${adapter}`)?.includes('/usb') === true;

/** Wi-Fi interfaces and the frequency each is on. */
export async function probeWifi(around: Surroundings, adapter: string): Promise<Fact<readonly WifiLink[]>> {
  const { files, run } = around;
  const net = '/sys/class/net';
  const links: WifiLink[] = [];
  for (const name of files.entries(net)) {
    if (['phy80211', 'wireless'].every((mark) => files.resolve(`${net}/${name}/${mark}`) === undefined)) continue;
    const driver = files.resolve(`${net}/${name}/device/driver`)?.split('/').at(-1) ?? '';
    // The one chip that is both on a Raspberry Pi; a USB adapter is another chip, with another antenna.
    const sharesChip = driver.startsWith('brcmfmac') && !isOnUsb(files, adapter);
    if (files.text(`${net}/${name}/operstate`) !== 'up') {
      links.push({ name, sharesChip });
      continue;
    }
    const told = await run('iw', ['dev', name, 'link']);
    if (told === undefined)
      return unseen(`on which frequency ${name} is, without the program iw`, 'apt-get install iw');
    const frequencyMhz = Number(/freq: (\d+)/.exec(told)?.[1]);
    links.push({ name, sharesChip, ...(Number.isNaN(frequencyMhz) ? {} : { frequencyMhz }) });
  }
  return known(links);
}

/** USB 3 devices other than hubs. */
export function probeUsb(
  { files }: Surroundings,
  adapter: string,
): Fact<{ readonly isAdapterOnUsb: boolean; readonly superSpeed: readonly string[] }> {
  const folder = '/sys/bus/usb/devices';
  const told = (device: string, what: string): string | undefined => files.text(`${folder}/${device}/${what}`);
  const superSpeed = files
    .entries(folder)
    .filter((device) => Number(told(device, 'speed')) >= 5_000 && told(device, 'bDeviceClass') !== '09')
    .map((device) => told(device, 'product') ?? device);
  return known({ isAdapterOnUsb: isOnUsb(files, adapter), superSpeed });
}
