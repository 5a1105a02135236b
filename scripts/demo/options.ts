import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly once: boolean;
  /** `virtual-air`, `hci0`, …; absent: an adapter if the machine has two, else the virtual air. */
  readonly radio: string | undefined;
  readonly phoneRadio: string | undefined;
  readonly airLoss: string;
  readonly wrongKey: boolean;
  readonly dataDir: string | undefined;
  /** `postgres://…`; absent: SQLite in the data folder. */
  readonly database: string | undefined;
  /** All waiting times are multiplied by this, for slow machines. */
  readonly patience: number;
  readonly httpPort: number;
  readonly mqttPort: number;
}

export const HELP = `Usage: ./scripts/start [options]
Brings up cloud, node, LINE sandbox and a radio, and sends a passer-by past the shop.

  --once              fresh data folder, free ports; prints one JSON object as the last line and exits:
                      0 when the coupon arrived, 1 when not
  --radio NAME        what carries the node's adverts: hci0, hci1, … or virtual-air
  --phone-radio NAME  the adapter of the passer-by's phone, with --radio hciN (default: the next one)
  --air-loss P        probability that the virtual air loses an advert, 0 to 1 (default 0)
  --wrong-key         give the node another key than the registry has, as a forger would
  --data-dir DIR      where data is kept (default ./data; with --once a temporary folder)
  --database URL      postgres://… for the cloud; it has to exist and, with --once, to be empty (default: SQLite)
  --http-port N       port of the cloud's HTTP server (default 8080, or a free one if it is taken)
  --mqtt-port N       port of the cloud's MQTT broker (default 1883, or a free one if it is taken)
  --patience N        wait N times as long for everything, on a slow machine (default 1)
  -h, --help
`;

/** Throws with a sentence when an option is unknown or out of range. */
export function readDemoOptions(argv: readonly string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      once: { type: 'boolean', default: false },
      radio: { type: 'string' },
      'phone-radio': { type: 'string' },
      'air-loss': { type: 'string', default: '0' },
      'wrong-key': { type: 'boolean', default: false },
      'data-dir': { type: 'string' },
      database: { type: 'string' },
      patience: { type: 'string', default: '1' },
      'http-port': { type: 'string', default: '8080' },
      'mqtt-port': { type: 'string', default: '1883' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  for (const [name, value] of Object.entries(values)) {
    if (value === '') throw new Error(`--${name} is empty`);
  }
  const loss = Number(values['air-loss']);
  if (!(loss >= 0 && loss <= 1)) throw new Error(`--air-loss is a probability from 0 to 1, not ${values['air-loss']}`);
  const patience = Number(values.patience);
  if (!(patience >= 1 && patience <= 100)) throw new Error(`--patience is 1 to 100, not ${values.patience}`);
  for (const [name, radio] of [
    ['--radio', values.radio],
    ['--phone-radio', values['phone-radio']],
  ]) {
    if (radio !== undefined && !/^(virtual-air|hci\d+)$/.test(radio)) {
      throw new Error(`${name} is virtual-air or an adapter such as hci0, not "${radio}"`);
    }
  }
  if (values['phone-radio'] !== undefined && values.radio === undefined) {
    throw new Error('--phone-radio goes with --radio hciN');
  }
  const portOf = (name: 'http-port' | 'mqtt-port'): number => {
    const port = Number(values[name]);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--${name} is 0 to 65535`);
    return values.once ? 0 : port;
  };
  return {
    once: values.once,
    radio: values.radio,
    phoneRadio: values['phone-radio'],
    airLoss: values['air-loss'],
    wrongKey: values['wrong-key'],
    dataDir: values['data-dir'],
    database: values.database,
    patience,
    httpPort: portOf('http-port'),
    mqttPort: portOf('mqtt-port'),
  };
}
