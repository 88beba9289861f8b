// The only bridge between the desktop window and the console: two functions, nothing else of Electron or Node.
// A sandboxed preload may require nothing but Electron, so the channels are named here and in bridge.ts; a test keeps them the same.
const { contextBridge, ipcRenderer } = require('electron') as typeof import('electron');

contextBridge.exposeInMainWorld('healthsense', {
  send: (command: string, params: unknown): Promise<unknown> => ipcRenderer.invoke('healthsense:send', command, params),
  listen: (callback: (event: unknown) => void): (() => void) => {
    const listener = (_event: unknown, consoleEvent: unknown): void => callback(consoleEvent);
    ipcRenderer.on('healthsense:event', listener);
    return () => {
      ipcRenderer.removeListener('healthsense:event', listener);
    };
  },
});
