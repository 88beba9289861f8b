// Why the camera cannot be used, in plain words and with what to do.

/** What a browser names the reason, in words and with what to do. */
export function cameraProblem(error: unknown, secure: boolean): string {
  if (!secure) return 'A browser lets pages use the camera only over https or on this computer itself. Choose a file instead.';
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotFoundError' || name === 'OverconstrainedError')
    return 'There is no camera. Connect one, or choose a file instead.';
  if (name === 'NotAllowedError' || name === 'SecurityError')
    return 'The camera was not allowed. Allow it for this page in the browser’s or the system’s settings, or choose a file instead.';
  if (name === 'NotReadableError' || name === 'AbortError')
    return 'Another program is using the camera. Close it there and try again.';
  return `The camera cannot be used: ${error instanceof Error ? error.message : String(error)}`;
}
