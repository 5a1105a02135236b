import { type AirControl, connectAir } from './phone/air-control.ts';
import { openH4Unix } from './phone/h4-unix.ts';
import { adapterNumber, openNative } from './phone/native.ts';
import type { Radios } from './walks.ts';

/** Where radios come from: the virtual air, or for the phone a real adapter of this machine. */
export interface RadioSources {
  readonly airSocket?: string;
  readonly airControl?: string;
  /** `hci1` and the like. */
  readonly phoneRadio?: string;
}

const NO_AIR = 'there is no virtual air: start the sandbox with --air-socket, or --phone-radio for the phone';

export function createRadios({ airSocket, airControl, phoneRadio }: RadioSources): Radios & { close(): void } {
  let control: Promise<AirControl> | undefined;
  const openVirtual = () => (airSocket === undefined ? Promise.reject(new Error(NO_AIR)) : openH4Unix(airSocket));

  return {
    openTag: openVirtual,
    openPhone: async () => {
      if (phoneRadio === undefined) return openVirtual();
      const adapter = adapterNumber(phoneRadio);
      if (adapter === undefined) throw new Error(`a phone radio is named hci0, hci1, …, not ${phoneRadio}`);
      return openNative(adapter);
    },
    place: async (address, x, y) => {
      if (airControl === undefined) return;
      control ??= connectAir(airControl);
      try {
        await (await control).place(address, x, y);
      } catch (error) {
        // The next call tries a new connection: the air may have been restarted.
        const broken = control;
        control = undefined;
        void broken.then((old) => old.close()).catch(() => undefined);
        throw error;
      }
    },
    close: () => void control?.then((open) => open.close()).catch(() => undefined),
  };
}
