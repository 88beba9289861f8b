// Fails with a list where the source breaks the import rules. Run as a script, part of `npm run check`.
import { fileURLToPath } from 'node:url';
import { checkFiles } from './check.ts';

const { files, violations } = checkFiles(fileURLToPath(new URL('../..', import.meta.url)));
for (const { file, line, imports, rule } of violations) process.stderr.write(`${file}:${line} imports ${imports}\n    ${rule}\n`);
process.stdout.write(`architecture: ${files} files, ${violations.length} broken import rules\n`);
process.exitCode = violations.length === 0 ? 0 : 1;
