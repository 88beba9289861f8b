// Ends a host cleanly on SIGINT, SIGTERM and SIGHUP; a second signal does not wait.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Resolves with the exit code once a signal came and the host is closed. Call it while the host is still opening: whoever reads
 * `ready` may send the signal at once, and one that comes earlier still closes the host as soon as it is open.
 * @throws what kept the host from opening
 */
export async function untilSignal(opening: Promise<{ close(): Promise<void> }>): Promise<number> {
  const signal = new Promise<void>((resolve) => {
    let asked = false;
    for (const name of SIGNALS) {
      process.on(name, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve();
      });
    }
  });
  const host = await opening;
  await signal;
  try {
    await host.close();
    return 0;
  } catch (error) {
    process.stderr.write(`The console did not close cleanly: ${plainWords(error)}\n`);
    return 1;
  }
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
