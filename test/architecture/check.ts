// Holds the source against the import rules.
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix, relative, sep } from 'node:path';
import { importsOf } from './imports.ts';
import { RESERVED, RULES, type Rule } from './rules.ts';

export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly imports: string;
  readonly rule: string;
}

const PARTS = ['src-main', 'src-renderer', 'firmware'] as const;
const IS_SOURCE = /\.(ts|tsx|cts|mts)$/;

/** Every TypeScript file of the parts that have rules, as paths from the root with forward slashes. */
function sourceFiles(root: string): readonly string[] {
  return PARTS.flatMap((part) =>
    readdirSync(join(root, part), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && IS_SOURCE.test(entry.name) && !entry.parentPath.includes('node_modules'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')),
  ).sort();
}

export function checkFiles(root: string): { readonly files: number; readonly violations: readonly Violation[] } {
  const files = sourceFiles(root);
  return { files: files.length, violations: files.flatMap((file) => checkSource(file, readFileSync(join(root, file), 'utf8'))) };
}

/** @param file path from the root with forward slashes */
export function checkSource(file: string, source: string): readonly Violation[] {
  const rule = RULES.find(({ part }) => isWithin(file, part));
  if (rule === undefined) return [{ file, line: 1, imports: '', rule: 'no rule says what this part may import' }];
  return importsOf(source)
    .filter(({ specifier }) => !allowed(rule, file, specifier))
    .map(({ specifier, line }) => ({ file, line, imports: specifier, rule: `${rule.part}: ${rule.because}` }));
}

function allowed(rule: Rule, file: string, specifier: string): boolean {
  // An address with a scheme is no module.
  if (/^(https?|app|ws):/.test(specifier)) return true;
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    const target = posix.normalize(posix.join(posix.dirname(file), specifier));
    if (!target.startsWith('src-') && !target.startsWith('firmware/')) return !isCode(target);
    if (rule.never.some((part) => isWithin(target, part))) return false;
    return isWithin(target, rule.part) || rule.may.some((part) => isWithin(target, part));
  }
  if (specifier.startsWith('node:') || isBuiltin(specifier)) return rule.packages.includes('node:*');
  const name = packageOf(specifier);
  if (rule.packages.includes(name)) return true;
  return rule.packages.includes('*') && !RESERVED.includes(name);
}

function isWithin(path: string, part: string): boolean {
  return path === part || path.startsWith(`${part}/`);
}

/** Data outside the source (models, package.json) may be read; code may not. */
function isCode(path: string): boolean {
  return /\.([cm]?[jt]sx?)$/.test(path);
}

function packageOf(specifier: string): string {
  const [first = specifier, second] = specifier.split('/');
  return first.startsWith('@') && second !== undefined ? `${first}/${second}` : first;
}
