// Builds the screens once, before the first of the files that show them.
import { ensureRenderer } from '../src-main/hosts/renderer-build.ts';

export default function buildScreens(): Promise<void> {
  return ensureRenderer();
}
