// Ends a host cleanly on SIGINT, SIGTERM and SIGHUP; a second signal does not wait.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves with the exit code once a signal came and `close` is done. */
export function untilSignal(close: () => Promise<void>): Promise<number> {
  return new Promise((resolve) => {
    let closing = false;
    const onSignal = (): void => {
      if (closing) process.exit(130);
      closing = true;
      close().then(
        () => resolve(0),
        (error: unknown) => {
          process.stderr.write(`The console did not close cleanly: ${plainWords(error)}\n`);
          resolve(1);
        },
      );
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
}

/** An error as one line for a person: the usual system errors in words, else its message. */
export function plainWords(error: unknown): string {
  const { code, message, address, port, path } = error as {
    readonly code?: string;
    readonly message?: string;
    readonly address?: string;
    readonly port?: number;
    readonly path?: string;
  };
  const file = path ?? 'the file';
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use by another program. Choose another with --port, or 0 for any free one.`;
  if (code === 'EADDRNOTAVAIL') return `${address} is not an address of this machine.`;
  if (code === 'EACCES' || code === 'EPERM')
    return port === undefined ? `No permission for ${file}.` : `No permission to listen on port ${port}.`;
  if (code === 'ENOENT') return `${file} does not exist.`;
  if (code === 'EISDIR') return `${file} is a directory.`;
  if (code === 'ENOSPC') return 'The disk is full.';
  return message ?? String(error);
}
