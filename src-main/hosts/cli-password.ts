// Reads a password for the command line: from a file, from a pipe, or from the keyboard without showing it.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { UsageError } from './options.ts';

/** One trailing line break is not part of the password. */
export async function readPassword(file: string | undefined): Promise<string> {
  if (file !== undefined) return withoutLineBreak(readFileSync(file, 'utf8'));
  if (!process.stdin.isTTY) return withoutLineBreak(await text(process.stdin));
  const first = await askHidden('Password: ');
  if ((await askHidden('Password again: ')) !== first) throw new UsageError('The two passwords are not the same.');
  return first;
}

function withoutLineBreak(typed: string): string {
  return typed.replace(/\r?\n$/, '');
}

function askHidden(question: string): Promise<string> {
  const { stdin } = process;
  process.stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed = '';
    const finish = (): void => {
      stdin.setRawMode(false);
      stdin.pause();
      stdin.off('data', onData);
      process.stderr.write('\n');
    };
    const onData = (chunk: string): void => {
      for (const character of chunk) {
        if (character === '\r' || character === '\n') {
          finish();
          resolve(typed);
          return;
        }
        if (character === '\u0003') {
          finish();
          reject(new UsageError('Nothing was changed.'));
          return;
        }
        if (character === '\u007f' || character === '\b') typed = [...typed].slice(0, -1).join('');
        else typed += character;
      }
    };
    stdin.on('data', onData);
  });
}
