// Builds the screens once, before the first of the files that show them: two processes that find them stale would build into one folder.
import { ensureRenderer } from '../src-main/hosts/renderer-build.ts';

export default async function buildScreens(): Promise<void> {
  await ensureRenderer();
}
