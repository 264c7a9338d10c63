/** A page for the tests of the hooks: each hook that is mounted has a component of its own, which shows what it gives. */
import { createSallyport, type SessionState } from '@sallyport/client';
import { createImpersonation } from '@sallyport/client/impersonation';
import * as hooks from '@sallyport/react';
import { createElement, StrictMode, useLayoutEffect } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { Page } from './page.js';

type Views = Record<string, unknown>;

/** What each hook gave in the last commit, and in all of them, with the user whom the client knew by then. */
const views: Views = {};
const commits: Record<string, { view: unknown; userId: string | null }[]> = {};

function Probe({ name, use, options }: { name: string; use: (options?: object) => unknown; options?: object }) {
  const view = use(options);
  const { getState } = hooks.useSallyport();
  useLayoutEffect(() => {
    const state = getState();
    views[name] = view;
    (commits[name] ??= []).push({ view, userId: state.status === 'signedIn' ? state.user.id : null });
  });
  return null;
}

const page = { views, commits, hooks, loaded: true, start, impersonate, mount, hydrate, tear };
export type ProbePage = typeof page;
Object.assign(globalThis, page);

const byName = new Map<string, unknown>(Object.entries(hooks));
let root: ReturnType<typeof createRoot> | undefined;

/** The page has one client. The gateway is known to the pages after it in the same browser. */
function start(url = localStorage.getItem('url') ?? '') {
  localStorage.setItem('url', url);
  return Object.assign(globalThis, { sallyport: createSallyport({ url }) }).sallyport;
}

/** From now on hooks are mounted with this client, beside which the administrator's own goes on as `own`. */
function impersonate(accessToken: string) {
  const { sallyport: own } = globalThis as unknown as { sallyport: ReturnType<typeof createSallyport> };
  return Object.assign(globalThis, { own, sallyport: createImpersonation({ url: own.url, accessToken }) }).sallyport;
}

/** Mounts these hooks, and unmounts all others. `{ useSignIn: { passkeyAutofill: true } }`. */
function mount(wanted: Record<string, object | null>): void {
  const { sallyport } = globalThis as unknown as { sallyport: ReturnType<typeof createSallyport> };
  root ??= createRoot(document.body.appendChild(document.createElement('div')));
  const probes = Object.entries(wanted).map(([key, options]) => {
    const [name = ''] = key.split('#');
    const use = byName.get(name) as (options?: object) => unknown;
    return createElement(Probe, { key, name: key, use, ...(options && { options }) });
  });
  for (const name of Object.keys(views)) if (!(name in wanted)) delete views[name];
  const provider = createElement(hooks.SallyportProvider, { client: sallyport }, ...probes);
  root.render(createElement(StrictMode, null, provider));
}

/** The page that a server has rendered. */
function hydrate(initialState?: SessionState): void {
  const container = document.querySelector('#root') as Element;
  const { sallyport } = globalThis as unknown as { sallyport: ReturnType<typeof createSallyport> };
  hydrateRoot(container, createElement(StrictMode, null, createElement(Page, { client: sallyport, initialState })));
}

/** Renders many components by and by, while `change` changes the session: the sets of users that a commit has shown at once. */
async function tear(change: () => Promise<unknown>): Promise<string[][]> {
  const { startTransition, useState } = await import('react');
  const seen: string[][] = [];
  let show: (isShown: boolean) => void = () => {};
  function Slow() {
    const end = performance.now() + 10;
    const user = hooks.useUser();
    while (performance.now() < end);
    return createElement('i', null, user?.displayName ?? 'nobody');
  }
  function All() {
    const [isShown, set] = useState(false);
    // oxlint-disable-next-line react/globals -- so that the test can begin the rendering
    show = set;
    useLayoutEffect(() => {
      const texts = Array.from(document.querySelectorAll('i'), ({ textContent }) => textContent ?? '');
      if (texts.length > 0) seen.push([...new Set(texts)]);
    });
    return isShown ? Array.from({ length: 40 }, (_, key) => createElement(Slow, { key })) : null;
  }
  const { sallyport } = globalThis as unknown as { sallyport: ReturnType<typeof createSallyport> };
  const own = createRoot(document.body.appendChild(document.createElement('div')));
  own.render(createElement(hooks.SallyportProvider, { client: sallyport }, createElement(All)));
  await new Promise((resolve) => void setTimeout(resolve, 50));
  startTransition(() => show(true));
  await new Promise((resolve) => void setTimeout(resolve, 50));
  await change();
  while (seen.length === 0) await new Promise((resolve) => void setTimeout(resolve, 20));
  own.unmount();
  return seen;
}
