import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { type PageServer, servePages } from './page-server.js';
import { scratchFolder } from './packed-package.js';
import { root } from './source-tree.js';

export type ReactVersion = '18' | '19';

/** A file of test/packages/react/pages/ with this version of React, as a bundler of an application makes it. */
export function reactBundle(file: string, react: ReactVersion, ...options: string[]): string {
  const args = [
    join(root, 'scripts/page-bundle.mjs'),
    join(root, 'test/packages/react/pages', file),
    react,
    ...options,
  ];
  return execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e8 });
}

/** An application with the page probe.ts. `/hydrate?state=` is rendered by a server first. */
export function serveReactApp(react: ReactVersion): Promise<PageServer> {
  const program = join(scratchFolder(), 'server-page.mjs');
  writeFileSync(program, reactBundle('server-page.ts', react, 'node'));
  const scripts = new Map([['/probe.js', reactBundle('probe.ts', react)]]);
  return servePages('localhost', scripts, ({ pathname, searchParams }) => {
    const args = [program, searchParams.get('state') ?? 'null'];
    const html = pathname === '/hydrate' ? execFileSync(process.execPath, args, { encoding: 'utf8' }) : '';
    return `<!doctype html><link rel="icon" href="data:,"><input autocomplete="username webauthn">
      <div id="root">${html}</div><script type="module" src="/probe.js"></script>`;
  });
}
