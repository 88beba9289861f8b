// A file the console made, handed to the person through the browser's own download.

/** Bytes of a base64 text. @throws DOMException where it is not base64 */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

export interface MadeFile {
  readonly fileName: string;
  readonly mediaType: string;
  readonly base64: string;
}

/** Returns the size in bytes. */
export function download({ fileName, mediaType, base64 }: MadeFile): number {
  const blob = new Blob([bytesOf(base64)], { type: mediaType });
  downloadBlob(fileName, blob);
  return blob.size;
}

export function downloadBlob(fileName: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the address after this turn: it is given back a little later.
  setTimeout(() => URL.revokeObjectURL(address), 30_000);
}

/** `84 kB`. */
export const sizeText = (bytes: number): string =>
  bytes < 1000 ? `${bytes} B` : bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
