import { afterAll, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { exampleDocuments } from '../../../src/api/explorer/example-documents.js';
import { chromiumPath, launchChromium, watch } from '../../support/chromium.js';
import { startGateway } from '../../support/gateway.js';
import { testWith } from '../../support/not-run.js';

let browser: Browser | undefined;
afterAll(() => browser?.close());

testWith(chromiumPath, 'GraphiQL in a browser', 'no Chromium: set CHROMIUM_PATH')(
  'the main job can be run through the tabs of GraphiQL, which asks no other host and leaves nothing behind',
  async () => {
    const gateway = await startGateway();
    browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1400, height: 850 } });
    const { elsewhere, complaints } = watch(page, gateway.url);

    await page.goto(`${gateway.url}/graphiql`);
    await page.locator('.graphiql-tab').first().waitFor();
    const tabs = await page.locator('.graphiql-tab-button').allInnerTexts();
    expect(tabs).toEqual(exampleDocuments.map(({ name }) => name));

    await run(page, 'Refresh', 'Not sent');
    await run(page, 'Register', 'challengeToken');
    const code = await gateway.mailbox.codeFor('ada@example.com');
    await open(page, 'VerifyOtp');
    await typeCode(page, code);
    await execute(page, 'accessToken');
    await run(page, 'Me', 'ada@example.com');
    await run(page, 'Refresh', 'refreshTokenExpiresAt');
    await run(page, 'Logout', 'endedSessions');
    await run(page, 'Me', 'TOKEN_REVOKED');

    expect(page.url()).toBe(`${gateway.url}/graphiql`);
    expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0);
    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
  },
  120_000,
);

async function open(page: Page, tab: string): Promise<void> {
  await page.locator('.graphiql-tab-button', { hasText: new RegExp(`^${tab}$`) }).click();
  // The editor takes on the tab's document after the tab is marked.
  const heading = new RegExp(`(query|mutation)\\s${tab}\\b`);
  await page.locator('.graphiql-query-editor .view-lines', { hasText: heading }).waitFor();
}

async function run(page: Page, tab: string, answer: string): Promise<void> {
  await open(page, tab);
  await execute(page, answer);
}

/** Runs what is open, and waits until its answer shows the text. */
async function execute(page: Page, answer: string): Promise<void> {
  await page.locator('.graphiql-execute-button').click();
  await page.locator('.result-window .view-lines', { hasText: answer }).waitFor();
}

/** Into the empty quotes after "code", as a person would. */
async function typeCode(page: Page, code: string): Promise<void> {
  await page.locator('.graphiql-editor-tool .view-line', { hasText: '"code"' }).click();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.type(code);
}
