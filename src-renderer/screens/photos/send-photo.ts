// Sends a photo's file part by part, one after the other, and tells how far it is.
import { PHOTO_PART_BYTES } from '../../../src-main/contract/photos.ts';
import { consoleClient } from '../../client/index.ts';
import { base64Of } from './read-photo.ts';

/** Returns the number of the upload. @throws ClientError */
export async function sendPhoto(patientId: number, blob: Blob, progress: (share: number) => void): Promise<number> {
  const client = consoleClient();
  const { uploadId } = await client.send('photo.begin', { patientId, byteLength: blob.size });
  for (let part = 0; part * PHOTO_PART_BYTES < blob.size; part += 1) {
    const bytes = await blob.slice(part * PHOTO_PART_BYTES, (part + 1) * PHOTO_PART_BYTES).arrayBuffer();
    const { receivedBytes } = await client.send('photo.part', { uploadId, part, base64: base64Of(new Uint8Array(bytes)) });
    progress(receivedBytes / blob.size);
  }
  return uploadId;
}
