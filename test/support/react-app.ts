import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type PageServer, servePages } from './page-server.js';
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
  const input = reactBundle('server-page.ts', react, 'node');
  const render = (state: string) =>
    execFileSync(process.execPath, ['--input-type=module', '-', state], { input, encoding: 'utf8' });
  const scripts = new Map([['/probe.js', reactBundle('probe.ts', react)]]);
  return servePages('localhost', scripts, ({ pathname, searchParams }) => {
    const html = pathname === '/hydrate' ? render(searchParams.get('state') ?? 'null') : '';
    return `<!doctype html><link rel="icon" href="data:,"><input autocomplete="username webauthn">
      <div id="root">${html}</div><script type="module" src="/probe.js"></script>`;
  });
}
