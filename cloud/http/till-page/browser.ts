/** Of the browser's own things, those the till page uses; Node's types have no page in them. */

export interface Part {
  id: string;
  textContent: string | null;
  className: string;
  hidden: boolean;
  value: string;
  checked: boolean;
  disabled: boolean;
  type: string;
  readonly dataset: Record<string, string | undefined>;
  focus(): void;
  select(): void;
  replaceChildren(...parts: readonly (Part | string)[]): void;
  append(...parts: readonly (Part | string)[]): void;
  setAttribute(name: string, value: string): void;
  addEventListener(type: string, listener: (event: PartEvent) => void): void;
}

export interface PartEvent {
  readonly key: string;
  readonly target: Part;
  preventDefault(): void;
}

export interface Video extends Part {
  srcObject: unknown;
  play(): Promise<void>;
}

export interface MediaTracks {
  getTracks(): readonly { stop(): void }[];
}

export interface Sound {
  readonly currentTime: number;
  readonly destination: unknown;
  createOscillator(): {
    readonly frequency: { value: number };
    connect(to: unknown): void;
    start(at: number): void;
    stop(at: number): void;
  };
  createGain(): { readonly gain: { value: number }; connect(to: unknown): void };
}

/** The browser's `window`. */
export interface Browser {
  readonly document: {
    readonly documentElement: { lang: string };
    getElementById(id: string): Part | null;
    createElement(name: string): Part;
    addEventListener(type: string, listener: (event: PartEvent) => void): void;
  };
  readonly sessionStorage: {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
    removeItem(key: string): void;
  };
  readonly crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };
  readonly navigator: {
    readonly mediaDevices?: { getUserMedia(wanted: object): Promise<MediaTracks> };
  };
  readonly isSecureContext: boolean;
  readonly BarcodeDetector?: new (
    options: object,
  ) => {
    detect(video: Video): Promise<readonly { readonly rawValue: string }[]>;
  };
  readonly AudioContext?: new () => Sound;
  fetch(path: string, init: object): Promise<Response>;
}
