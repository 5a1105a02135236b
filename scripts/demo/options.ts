import { parseArgs } from 'node:util';
import { errorMessage } from '../../protocol/error-message.ts';
import { type DemoWords, type Language, languageOf } from './words.ts';

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
  /** What is said to whoever runs it. */
  readonly language: Language;
}

/** Throws with a sentence when an option is unknown or out of range. */
export function readDemoOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  words: DemoWords,
): DemoOptions | 'help' {
  const values = valuesOf(argv, words);
  if (values.help) return 'help';
  for (const [name, value] of Object.entries(values)) {
    if (value === '') throw new Error(words.empty(`--${name}`));
  }
  if (values.lang !== undefined && !/^(en|zh|zh-TW)$/.test(values.lang)) throw new Error(words.noLanguage(values.lang));
  const loss = Number(values['air-loss']);
  if (!(loss >= 0 && loss <= 1)) throw new Error(words.lossOutOfRange(values['air-loss']));
  const patience = Number(values.patience);
  if (!(patience >= 1 && patience <= 100)) throw new Error(words.patienceOutOfRange(values.patience));
  for (const [name, radio] of [
    ['--radio', values.radio],
    ['--phone-radio', values['phone-radio']],
  ] as const) {
    if (radio !== undefined && !/^(virtual-air|hci\d+)$/.test(radio)) {
      throw new Error(words.noRadio(name, radio));
    }
  }
  if (values['phone-radio'] !== undefined && values.radio === undefined) {
    throw new Error(words.phoneWithoutRadio);
  }
  const portOf = (name: 'http-port' | 'mqtt-port'): number => {
    const port = Number(values[name]);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(words.portOutOfRange(`--${name}`));
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
    language: languageOf(argv, env),
  };
}

/** What was typed, by name. Throws the sentence of whoever mistyped an option. */
function valuesOf(argv: readonly string[], words: DemoWords) {
  try {
    return parsed(argv);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const complaint = errorMessage(error);
    const typed = /'([^']*)'/.exec(complaint)?.[1] ?? '';
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw new Error(words.noSuchOption(typed));
    if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') throw new Error(words.noArguments(typed));
    if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
      const option = typed.replace(/ <value>$/, '');
      throw new Error(/does not take/.test(complaint) ? words.takesNoValue(option) : words.empty(option));
    }
    throw error;
  }
}

const parsed = (argv: readonly string[]) =>
  parseArgs({
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
      lang: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
