import { runInNewContext } from 'node:vm';
import { beforeAll, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { type Registered, registeredPerson } from '../support/people.js';
import { readText } from '../support/source-tree.js';

const HOUR = 3_600_000;
let gateway: TestGateway;
let ada: Registered;
beforeAll(async () => {
  gateway = await startGateway();
  ada = await registeredPerson(gateway);
});

interface Tab {
  signIn(identifier: string, password: string): Promise<unknown>;
  resume(): Promise<boolean>;
  signOut(): Promise<void>;
}

/** Tabs of one browser, each of which runs the sample of docs/frontends/plain-fetch.md. */
function openTabs(count: number, navigator: object) {
  const browser = gateway.browser();
  const seen = { now: 0, most: 0, requests: 0 };
  const fetch = async (_url: string, { headers, body }: { headers: Record<string, string>; body: string }) => {
    seen.requests += 1;
    seen.most = Math.max(seen.most, (seen.now += 1));
    const { query, variables } = JSON.parse(body);
    const answer = await browser.gql(query, variables, { token: headers.authorization?.replace('Bearer ', '') });
    seen.now -= 1;
    return { json: async () => JSON.parse(answer.text) };
  };
  const sample =
    /## In a browser[^]*?```js\n([^]*?)```/.exec(readText('docs/frontends/plain-fetch.md') ?? '')?.[1] ?? '';
  const load = () =>
    runInNewContext(`(() => { ${sample.replace(/^export /gm, '')}; return { signIn, resume, signOut }; })()`, {
      fetch,
      navigator,
      AbortSignal,
    }) as Tab;
  return { tabs: Array.from({ length: count }, load), seen };
}

/** What a browser's `navigator.locks` does here: one after the other. */
function webLocks() {
  let last: Promise<unknown> = Promise.resolve();
  const request = <Result>(_name: string, work: () => Promise<Result>) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
  return { locks: { request } };
}

test.each([
  ['with', webLocks, 1],
  ['without', () => ({}), 8],
])(
  'eight tabs that run the sample of the documentation in a browser %s locks stay signed in together, and sign out',
  async (_, make, most) => {
    const { tabs, seen } = openTabs(8, make());
    const all = async () => Promise.all(tabs.map((tab) => tab.resume()));
    const every = (signedIn: boolean) => tabs.map(() => signedIn);
    expect(await all()).toEqual(every(false));
    await tabs[0]!.signIn(ada.email, ada.password);
    for (let time = 0; time < 3; time += 1) {
      gateway.clock.advance(HOUR);
      expect(await all()).toEqual(every(true));
    }
    expect(seen.most).toBe(most);

    // Several parts of one page that want a token at once are one request.
    const before = seen.requests;
    expect(await Promise.all([1, 2, 3].map(() => tabs[1]!.resume()))).toEqual([true, true, true]);
    expect(seen.requests).toBe(before + 1);

    await tabs[2]!.signOut();
    expect(await all()).toEqual(every(false));
  },
);
