// Types of the two entries of noble that its own declarations leave out: one takes bindings, one chooses them.

declare module '@abandonware/noble/with-bindings.js' {
  import type { EventEmitter } from 'node:events';
  import type { Peripheral } from '@abandonware/noble';

  interface NobleEvents {
    discover: [peripheral: Peripheral];
    stateChange: [state: string];
    scanStop: [];
    warning: [text: string];
  }

  export interface Noble extends EventEmitter<NobleEvents> {
    readonly _state: string;
    startScanning(serviceUuids: string[], allowDuplicates: boolean, callback: (error?: Error | null) => void): void;
    stopScanning(): void;
  }

  const withBindings: (bindings: EventEmitter) => Noble;
  export default withBindings;
}

declare module '@abandonware/noble/lib/resolve-bindings.js' {
  import type { EventEmitter } from 'node:events';

  const resolveBindings: (options: { readonly deviceId?: number }) => EventEmitter;
  export default resolveBindings;
}
