import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { sandboxPage } from '../../../src/api/explorer/sandbox.js';

const { html, headers } = sandboxPage();
const policy = headers['content-security-policy'] ?? '';

test('Sandbox may run the script and the style that are in its page, and no other inline', () => {
  const inline = [...html.matchAll(/<(?:script|style)>([^]*?)<\/(?:script|style)>/g)].map(([, text = '']) => text);
  expect(inline).toHaveLength(2);
  for (const text of inline) {
    expect(policy).toContain(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  }
  expect(policy).not.toMatch(/unsafe|\*/);
});

test('Sandbox can send operations to this origin only', () => {
  expect(policy).toContain("connect-src 'self'");
  expect(html).toContain('"endpointIsEditable":false');
});

test('Sandbox cannot be framed, opens with the register example, and has a way out for those offline', () => {
  expect(policy).toContain("frame-ancestors 'none'");
  expect(html).toContain('mutation Register');
  expect(html).toContain('<a href="graphiql">');
});
