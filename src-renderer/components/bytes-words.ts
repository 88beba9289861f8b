// How large something on disk is, for people.

/** `41.9 MB`, decimal as disks are sold. */
export function bytesWords(bytes: number): string {
  const gigabytes = bytes / 1e9;
  return gigabytes >= 1 ? `${gigabytes.toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
