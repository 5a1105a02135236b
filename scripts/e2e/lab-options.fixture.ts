import type { DemoOptions } from '../demo/options.ts';

/** A street on the virtual air that loses nothing, on free ports, with all it keeps in `dataDir`. */
export const labOptions = (dataDir: string): DemoOptions => ({
  once: true,
  radio: 'virtual-air',
  phoneRadio: undefined,
  database: undefined,
  airLoss: '0',
  wrongKey: false,
  patience: 1,
  httpPort: 0,
  mqttPort: 0,
  language: 'en',
  dataDir,
});
