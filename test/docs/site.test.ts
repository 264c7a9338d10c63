import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deadLinks } from '../../scripts/docs/dead-links.mjs';
import { writeSite } from '../../scripts/docs/write-site.mjs';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { testWith } from '../support/not-run.js';
import { repositoryFiles, root } from '../support/source-tree.js';

const out = mkdtempSync(join(tmpdir(), 'sallyport-test-docs-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));
let pages: number;
beforeAll(async () => {
  pages = await writeSite({ root, out });
});
const page = (path: string) => readFileSync(join(out, path), 'utf8');

describe('the site of the documentation', () => {
  test('has no dead link: neither to a page, nor to a place in it, nor to a file', () => {
    expect(deadLinks(out)).toEqual([]);
  });

  test('would report one', async () => {
    const path = join(out, 'docs/keys.html');
    const text = readFileSync(path, 'utf8');
    const broken = [
      '<a href="#nowhere">',
      '<a href="gone.html">',
      '<a href="limits.html#none">',
      '<a href="../../x.md">',
    ];
    writeFileSync(path, text + broken.join(''));
    expect(deadLinks(out)).toEqual([
      'docs/keys.html: #nowhere has no such place',
      'docs/keys.html: gone.html leads nowhere',
      'docs/keys.html: limits.html#none has no such place',
      'docs/keys.html: ../../x.md leads nowhere',
    ]);
    writeFileSync(path, text);
  });

  test('has every page of docs/, each of which is in the navigation', () => {
    const written = repositoryFiles().filter((path) => /^docs\/.*\.md$/.test(path));
    const index = page('index.html');
    expect(written.length).toBeGreaterThan(40);
    expect(pages).toBeGreaterThan(written.length);
    expect(written.filter((path) => !index.includes(`<a href="${path.replace('.md', '.html')}"`))).toEqual([]);
  });

  test('loads nothing from elsewhere: it is read offline', () => {
    const loaded = page('docs/keys.html').match(/<(script|link|img)[^>]*>/g) ?? [];
    expect(loaded).toHaveLength(2);
    for (const one of loaded) expect(one).toMatch(/(src|href)="\.\.\/(search\.js|site\.css)"/);
  });
});

testWith(
  chromiumPath,
  'the search of the documentation in a browser',
  'no Chromium: set CHROMIUM_PATH',
)('is searched from the disk, and leads to the place', async () => {
  const browser = await launchChromium();
  try {
    const tab = await browser.newPage();
    await tab.goto(`file://${join(out, 'docs/keys.html')}`);
    await tab.fill('input[type=search]', 'restore drill quarter');
    await tab.click('.found a >> text=Operations: Restore');
    expect(new URL(tab.url()).pathname).toMatch(/docs\/operations\.html$/);
    expect(await tab.locator(new URL(tab.url()).hash).innerText()).toContain('Restore');
  } finally {
    await browser.close();
  }
});
