import { registerHooks } from 'node:module';

/**
 * `node --import …/preload.js app.js`: whoever asks for the native HCI socket, by `import` or `require`, gets the one
 * that speaks to the virtual air. The native package need not even be built.
 */
const NATIVE = '@abandonware/bluetooth-hci-socket';
const STAND_IN = import.meta.resolve(import.meta.url.endsWith('.ts') ? './h4-hci-socket.ts' : './h4-hci-socket.js');

registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier === NATIVE ? { url: STAND_IN, shortCircuit: true } : nextResolve(specifier, context),
});
