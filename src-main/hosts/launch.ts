// `npm start` and `npm run demo`: the desktop window where it can be had, else the same console served to a browser.
import { launch } from './launcher.ts';

process.exit(await launch(process.argv.slice(2)));
