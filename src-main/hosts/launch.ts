// `npm start` and `npm run demo`: the desktop window where it can be had, else the same console served to a browser.
import { nodeVersionProblem } from './node-version.ts';

const problem = nodeVersionProblem(process.versions.node);
if (problem !== null) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
// Only now: what follows needs the right Node to be loaded at all.
const { launch } = await import('./launcher.ts');
process.exit(await launch(process.argv.slice(2)));
