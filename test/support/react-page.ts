import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromiumPath, launchChromium, watch } from './chromium.js';
import { startGateway, type TestGateway } from './gateway.js';
import { testWith } from './not-run.js';
import type { PageServer } from './page-server.js';
import type { Registered } from './people.js';
import { type ReactVersion, serveReactApp } from './react-app.js';

/** A page with hooks mounted (test/packages/react/pages/probe.ts). */
export interface HooksPage {
  page: Page;
  context: BrowserContext;
  origin: string;
  /** Runs JavaScript in the page. `views.useSignIn` is what the hook gave last. */
  run(code: string): Promise<any>;
  until(condition: string): Promise<unknown>;
  /** Mounts these hooks with their options, and unmounts all others. */
  mount(hooks: Record<string, object | null>): Promise<void>;
  /** What React and the browser have complained about. */
  complaints: string[];
}

export interface Hooks {
  gateway(): TestGateway;
  inChromium: ReturnType<typeof testWith>;
  visit(hooks?: Record<string, object | null>): Promise<HooksPage>;
  /** With useSession, too. */
  signedIn(person: Registered, hooks: Record<string, object | null>): Promise<HooksPage>;
  /** Another tab of the browser, at that path. */
  another(tab: HooksPage, hooks: Record<string, object | null>): Promise<HooksPage>;
  /** Nothing was complained about. */
  done(tab: HooksPage): Promise<void>;
}

/** Tells the stories with React 18 and with React 19, on one gateway, in one browser. */
export function describeHooks(tell: (hooks: Hooks) => void): void {
  const inChromium = testWith(chromiumPath, 'The hooks of React in a browser', 'no Chromium: set CHROMIUM_PATH');
  const apps = {} as Record<ReactVersion, PageServer>;
  let gateway: TestGateway;
  let browser: Browser;

  beforeAll(async () => {
    if (!chromiumPath) return;
    [apps[18], apps[19]] = await Promise.all([serveReactApp('18'), serveReactApp('19')]);
    gateway = await startGateway({ CORS_ORIGINS: `${apps[18].origin},${apps[19].origin}` });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    Object.values(apps).forEach((app) => app.close());
  });

  describe.each(['18', '19'] as const)('React %s', (react) => {
    async function opened(context: BrowserContext, mounted: Record<string, object | null>): Promise<HooksPage> {
      const { origin } = apps[react];
      const page = await context.newPage();
      const { complaints } = watch(page, 'http://localhost');
      await page.goto(origin);
      await page.waitForFunction('globalThis.loaded');
      await page.evaluate(`void start(${JSON.stringify(gateway.url.replace('127.0.0.1', 'localhost'))})`);
      const run = (code: string): Promise<any> => page.evaluate(`(async () => ${code})()`);
      const until = (condition: string) => page.waitForFunction(condition, undefined, { polling: 20 });
      const mount = async (hooks: Record<string, object | null>) => {
        await run(`mount(${JSON.stringify(hooks)})`);
        await until(`${JSON.stringify(Object.keys(hooks))}.every((name) => name in views)`);
      };
      await mount(mounted);
      return { page, context, origin, run, until, mount, complaints };
    }

    const visit: Hooks['visit'] = async (hooks = { useSession: null }) => opened(await browser.newContext(), hooks);
    tell({
      inChromium,
      gateway: () => gateway,
      visit,
      async signedIn({ email, password }, hooks) {
        const tab = await visit({ useSession: null, ...hooks });
        await tab.run(`sallyport.login(${JSON.stringify({ identifier: email, password })})`);
        await tab.until(`views.useSession.status === 'signedIn'`);
        return tab;
      },
      another: ({ context }, hooks) => opened(context, hooks),
      async done({ context, complaints }) {
        expect(complaints).toEqual([]);
        await context.close();
      },
    });
  });
}
