import { expect } from '@jest/globals';
import { watch } from '../../support/chromium.js';
import { impersonated } from '../../support/impersonation.js';
import { metadataOf } from '../../support/picture-corpus.js';
import { admin, type Registered, registeredPerson, signIn } from '../../support/people.js';
import { describeHooks } from '../../support/react-page.js';

const json = JSON.stringify;
const credentials = ({ email, password }: Registered) => json({ identifier: email, password });

describeHooks(({ inChromium, gateway, visit, signedIn, another, done }) => {
  inChromium('lists are loaded once for all components, and are never shown to another user', async () => {
    const [ada, bert] = [await registeredPerson(gateway()), await registeredPerson(gateway())];
    await signIn(gateway(), ada);
    const tab = await visit({ useSession: null });
    let asked = 0;
    tab.page.on('request', (request) => {
      if (request.postData()?.includes('query Sessions')) asked += 1;
    });
    await tab.run(`sallyport.login(${credentials(ada)})`);
    await tab.mount({ useSession: null, 'useSessions#1': null, 'useSessions#2': null });
    await tab.until(`views['useSessions#2']?.sessions.length === 2 && views['useSessions#1'].sessions.length === 2`);
    expect(asked).toBe(1);
    const other = `views['useSessions#1'].sessions.find(({ current }) => !current).id`;
    expect(await tab.run(`views['useSessions#1'].endSession(${other})`)).toBe(1);
    await tab.until(`views['useSessions#2'].sessions.length === 1`);

    const ofAda = await tab.run(`views['useSessions#2'].sessions[0].id`);
    await tab.run(`commits['useSessions#2'].length = 0`);
    await tab.run(`sallyport.login(${credentials(bert)})`);
    await tab.until(`views.useSession.user.id === ${json(bert.id)} && views['useSessions#2'].sessions.length === 1`);
    const shown: { userId: string; view: { sessions: { id: string }[] } }[] = await tab.run(`commits['useSessions#2']`);
    expect(shown.some(({ userId, view }) => userId === bert.id && view.sessions.length === 0)).toBe(true);
    const ofOthers = shown.filter(
      ({ userId, view }) => userId === bert.id && view.sessions.some(({ id }) => id === ofAda),
    );
    expect(ofOthers).toEqual([]);
    await done(tab);
  });

  inChromium('an API key is created and revoked, and all components that list them show it', async () => {
    const tab = await signedIn(await registeredPerson(gateway()), { 'useApiKeys#1': null, 'useApiKeys#2': null });
    await tab.until(`!views['useApiKeys#1'].loading && !views['useApiKeys#2'].loading`);
    const { secret, apiKey } = await tab.run(`views['useApiKeys#1'].createApiKey({ name: 'Export', permissions: [] })`);
    expect(secret.startsWith(apiKey.prefix)).toBe(true);
    await tab.until(`views['useApiKeys#2'].apiKeys[0]?.id === ${json(apiKey.id)}`);
    expect(await tab.run(`views['useApiKeys#2'].revokeApiKey(${json(apiKey.id)})`)).toBe(true);
    await tab.until(`views['useApiKeys#1'].apiKeys[0].revokedAt !== null`);
    await done(tab);
  });

  inChromium('the profile is changed, and its problems are shown by field', async () => {
    const [ada, bert] = [await registeredPerson(gateway()), await registeredPerson(gateway())];
    const tab = await signedIn(ada, { useProfile: null });
    expect(await tab.run(`views.useProfile.updateProfile({ username: ${json(bert.username)} })`)).toBeNull();
    await tab.until(`views.useProfile.problems.username?.code === 'TAKEN'`);
    await tab.run(`views.useProfile.updateProfile({ displayName: 'Ada' })`);
    await tab.until(`views.useProfile.user.displayName === 'Ada' && views.useSession.user.displayName === 'Ada'`);
    expect(await tab.run('views.useProfile.error')).toBeNull();
    const png = `new Promise((done) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 2000, height: 3000 });
      canvas.getContext('2d').fillRect(0, 0, 2000, 3000);
      canvas.toBlob(done);
    })`;
    // The address is one of PUBLIC_URL.
    let sent: Buffer = Buffer.alloc(0);
    await tab.page.route(`${gateway().config.publicUrl}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      sent = route.request().postDataBuffer() ?? sent;
      await route.continue({ url: `${gateway().url.replace('127.0.0.1', 'localhost')}${pathname}` });
    });
    const user = await tab.run(`views.useProfile.uploadAvatar(await ${png})`);
    expect(user?.avatarUrl).toMatch(/\.webp$/);
    expect(await metadataOf(sent)).toMatchObject({ format: 'webp', width: 1024, height: 1536 });
    await tab.until('views.useSession.user.avatarUrl');
    await tab.run('views.useProfile.removeAvatar()');
    await tab.until('!views.useSession.user.avatarUrl');
    await done(tab);
  });

  inChromium('a sign-out in another tab is seen at once, and nothing is left of the user', async () => {
    const ada = await registeredPerson(gateway());
    const tab = await signedIn(ada, { useUser: null, useSessions: null });
    await tab.until('views.useSessions.sessions.length > 0');
    const other = await another(tab, { useLogout: null, useSession: null });
    await other.until(`views.useSession.status === 'signedIn'`);
    await other.run('views.useLogout.logout()');
    await tab.until('views.useUser === null && views.useSessions.sessions.length === 0 && !views.useSessions.loading');
    await done(tab);
  });

  inChromium('an administrator acts as a user, is named, and stays signed in when that ends', async () => {
    const [boss, ada] = [await admin(gateway()), await registeredPerson(gateway())];
    const tab = await signedIn(boss, { useImpersonator: null });
    expect(await tab.run('views.useImpersonator')).toBeNull();
    const token = await impersonated(gateway(), { accessToken: await tab.run('sallyport.getAccessToken()') }, ada.id);
    await tab.run(`void impersonate(${json(token)})`);
    await tab.mount({ useUser: null, useImpersonator: null, useLogout: null });
    await tab.until(`views.useUser?.id === ${json(ada.id)} && views.useImpersonator.id === ${json(boss.id)}`);
    expect(await tab.run('views.useLogout.logout()')).toBe(true);
    await tab.until('views.useUser === null && views.useImpersonator === null');
    expect(await tab.run('own.refresh()')).toMatchObject({ status: 'signedIn', user: { id: boss.id } });
    await done(tab);
  });

  inChromium('all components of a commit show the same user, also where one is rendered by and by', async () => {
    const ada = await registeredPerson(gateway(), { displayName: 'Ada' });
    const tab = await signedIn(ada, {});
    const seen = await tab.run(`tear(() => sallyport.updateProfile({ displayName: 'Augusta' }))`);
    expect(seen.at(-1)).toEqual(['Augusta']);
    for (const shown of seen) expect(shown).toHaveLength(1);
    await done(tab);
  });

  inChromium.each([null, 'signedIn'])('a page that a server rendered is taken over: %s', async (status) => {
    const ada = await registeredPerson(gateway());
    const tab = await signedIn(ada, {});
    const state = await tab.run('sallyport.getState()');
    const page = await tab.context.newPage();
    const seen = watch(page, 'http://localhost');
    await page.goto(`${tab.origin}/hydrate?state=${status ? encodeURIComponent(json(state)) : 'null'}`);
    await page.waitForFunction('globalThis.loaded');
    expect(await page.textContent('#root p')).toBe(`${status ? ada.email : 'unknown'} loading`);
    await page.evaluate(`start(); hydrate(${status ? json(state) : ''})`);
    await page.waitForFunction(`document.querySelector('#root p').textContent === ${json(`${ada.email} loaded`)}`);
    expect(seen.complaints).toEqual([]);
    await done(tab);
  });
});
