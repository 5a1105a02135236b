import type { HostFiles } from './files.ts';

const ZONES = '/sys/class/thermal';

/** Zones that are the processor, the likeliest first: a Pi, then PCs. Others may be a battery or a Wi-Fi card. */
const PROCESSOR_ZONES = ['cpu-thermal', 'cpu_thermal', 'soc-thermal', 'soc_thermal', 'x86_pkg_temp', 'acpitz'];

/** A broken sensor says 0 K or all ones; nothing alive is outside of this. */
const COLDEST_C = -40;
const HOTTEST_C = 130;

/** The processor's temperature in °C, or what the first zone says where none is named as its own. */
export function readTemperatureC(files: HostFiles): number | undefined {
  const zones = files
    .entries(ZONES)
    .filter((name) => name.startsWith('thermal_zone'))
    .map((name) => ({ type: files.text(`${ZONES}/${name}/type`), milli: files.text(`${ZONES}/${name}/temp`) }))
    .filter(({ milli }) => milli !== undefined && /^-?\d+$/.test(milli))
    .map(({ type, milli }) => ({ type, celsius: Number(milli) / 1_000 }))
    .filter(({ celsius }) => celsius >= COLDEST_C && celsius <= HOTTEST_C);
  const named = PROCESSOR_ZONES.flatMap((wanted) => zones.filter(({ type }) => type === wanted));
  return (named[0] ?? zones[0])?.celsius;
}
