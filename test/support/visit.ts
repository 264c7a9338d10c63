import { expect } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { watch } from './chromium.js';

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Nothing was asked of anybody else, no policy was violated, and no cookie was set. */
  leftNoTrace(): Promise<void>;
}

/** Opens a link from a mail in a browser without JavaScript. */
export async function visit(browser: Browser, link: string): Promise<Visit> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const { elsewhere, complaints } = watch(page, new URL(link).origin);
  // Refusals are pages too, and Chromium notes their status as an error.
  const violations = () => complaints.filter((text) => !text.includes('Failed to load resource'));
  await page.goto(link);
  const leftNoTrace = async () => {
    expect({ elsewhere, violations: violations(), cookies: await context.cookies() }).toEqual({
      elsewhere: [],
      violations: [],
      cookies: [],
    });
    await context.close();
  };
  return { page, context, leftNoTrace };
}

/** From the start of the page to the button and down, by keyboard alone. */
export async function pressByKeyboard(page: Page, button: string): Promise<void> {
  const target = page.getByRole('button', { name: button, exact: true });
  for (let steps = 0; steps < 10; steps += 1) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
}
