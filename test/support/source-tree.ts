import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

export interface SourceFile {
  /** From the root, with forward slashes. */
  path: string;
  text: string;
  /** Without comments: rules about code must not trip over the prose that explains them. */
  code: string;
}

/** Every file that is, or would be, in the repository. */
export function repositoryFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root });
  return [...new Set(listed.toString().split('\0'))].filter((path) => path && readText(path) !== undefined).sort();
}

export function sourceFiles(pattern: RegExp): SourceFile[] {
  return repositoryFiles()
    .filter((path) => pattern.test(path))
    .map((path) => {
      const text = readText(path) ?? '';
      return { path, text, code: withoutComments(text) };
    });
}

/** The places where `pattern` stands in the code, as `path:line`. */
export function places(files: SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, code }) =>
    code.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  );
}

export function readText(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    // Deleted but not yet committed.
    return undefined;
  }
}

/** Comments give way to as many line ends, so that line numbers stay. Strings and templates are left alone. */
function withoutComments(text: string): string {
  const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  return text.replace(token, (found) => (/^\/[*/]/.test(found) ? found.replace(/[^\n]/g, '') : found));
}
