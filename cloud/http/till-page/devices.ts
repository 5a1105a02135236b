import type { Browser, MediaTracks, Video } from './browser.ts';

/** The camera as a scanner, where the browser has one that reads codes; and two tones. */
export interface Devices {
  readonly canScan: boolean;
  /** Calls `onCode` once and stops; rejects where the camera is not given. */
  scan(video: Video, onCode: (code: string) => void): Promise<void>;
  stop(): void;
  tone(good: boolean): void;
}

export function makeDevices(browser: Browser): Devices {
  const { BarcodeDetector, AudioContext, navigator } = browser;
  const media = navigator.mediaDevices;
  let tracks: MediaTracks | undefined;
  let sound: InstanceType<NonNullable<typeof AudioContext>> | undefined;
  const stop = (): void => {
    for (const track of tracks?.getTracks() ?? []) track.stop();
    tracks = undefined;
  };
  return {
    canScan: BarcodeDetector !== undefined && media !== undefined && browser.isSecureContext,
    stop,
    async scan(video, onCode) {
      if (BarcodeDetector === undefined || media === undefined) return;
      const detector = new BarcodeDetector({ formats: ['code_128', 'qr_code'] });
      tracks = await media.getUserMedia({ video: { facingMode: 'environment' } });
      video.srcObject = tracks;
      await video.play();
      const look = async (): Promise<void> => {
        if (tracks === undefined) return;
        const [found] = await detector.detect(video).catch(() => []);
        if (found === undefined) return void setTimeout(look, 150);
        stop();
        onCode(found.rawValue);
      };
      await look();
    },
    tone(good) {
      if (AudioContext === undefined) return;
      sound ??= new AudioContext();
      const volume = sound.createGain();
      volume.gain.value = 0.15;
      volume.connect(sound.destination);
      // One high tone, or two low ones: told apart without looking.
      for (const from of good ? [0] : [0, 0.22]) {
        const tone = sound.createOscillator();
        tone.frequency.value = good ? 1_047 : 196;
        tone.connect(volume);
        tone.start(sound.currentTime + from);
        tone.stop(sound.currentTime + from + 0.15);
      }
    },
  };
}
