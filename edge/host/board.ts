import type { HostFiles } from './files.ts';

/** What the node runs on, for people who look for a pattern in a fleet's faults. */
export interface Board {
  /** `Raspberry Pi 4 Model B Rev 1.4` */
  readonly model?: string;
  /** `Debian GNU/Linux 12 (bookworm)` */
  readonly os?: string;
  readonly kernel?: string;
}

export function readBoard(files: HostFiles): Board {
  const model = files.text('/proc/device-tree/model') ?? files.text('/sys/devices/virtual/dmi/id/product_name');
  const os = osName(files.text('/etc/os-release') ?? files.text('/usr/lib/os-release'));
  const kernel = files.text('/proc/sys/kernel/osrelease');
  return {
    ...(model === undefined ? {} : { model: shorten(model) }),
    ...(os === undefined ? {} : { os: shorten(os) }),
    ...(kernel === undefined ? {} : { kernel: shorten(kernel) }),
  };
}

/** PRETTY_NAME, whose value may be quoted as in a shell. */
const osName = (text: string | undefined): string | undefined =>
  /^PRETTY_NAME=(["']?)(.+)\1$/m.exec(text ?? '')?.[2]?.replace(/\\(.)/g, '$1');

/** As long as the message may carry. */
const shorten = (text: string): string => text.slice(0, 64);
