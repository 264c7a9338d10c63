import { describe, expect, test } from '@jest/globals';
import { isRedirectAllowed, validateRedirectUris } from '../../src/config/redirect-uris.js';

const problems = (uri: string, production = true) => validateRedirectUris([uri], { production });

describe('REDIRECT_URIS takes', () => {
  test.each([
    'https://app.example.com/signed-in',
    'https://app.example.com',
    'https://app.example.com/signed-in?tab=1',
    'https://app.example.com:8443/cb',
    'http://localhost:3000/cb',
    'http://127.0.0.1/cb',
    'http://[::1]:8080/cb',
    'com.example.app:/callback',
    'com.example.app://callback',
  ])('%s', (uri) => {
    expect(problems(uri)).toEqual([]);
  });

  test('http of any host outside of production alone', () => {
    expect(problems('http://app.test/cb', false)).toEqual([]);
    expect(problems('http://app.test/cb')).toHaveLength(1);
  });
});

describe('REDIRECT_URIS refuses', () => {
  test.each([
    'javascript:alert(1)',
    'javascript://app.example.com/%0aalert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://app.example.com/x',
    'about:blank',
    'app:/callback',
    'https://*.example.com/cb',
    'https://app.example.com/*',
    'https://app.example.com/cb#fragment',
    'https://user@app.example.com/cb',
    'https://user:secret@app.example.com/cb',
    'https:app.example.com/cb',
    'https:/app.example.com/cb',
    'https:///app.example.com/cb',
    '//app.example.com/cb',
    '/cb',
    'app.example.com/cb',
    'https://app.example.com\\cb',
    'https://app.example.com/a/../cb',
    'https://App.Example.com/cb',
    'HTTPS://app.example.com/cb',
    'https://app.example.com:443/cb',
    'https://münchen.example/cb',
    'https://app.example.com/c b',
    'https://app.example.com/\tcb',
    'https://[::1/cb',
    'com.example.app:callback',
    `https://app.example.com/${'a'.repeat(2000)}`,
  ])('%s', (uri) => {
    const [problem, ...others] = problems(uri);
    expect(problem).toContain('REDIRECT_URIS: ');
    expect(others).toEqual([]);
  });
});

const ALLOWED = [
  'https://app.example.com/signed-in',
  'http://127.0.0.1/cb',
  'http://[::1]:8080/cb',
  'http://localhost:3000/cb',
  'com.example.app:/callback',
];

describe('a redirect', () => {
  test.each([
    ...ALLOWED,
    'http://127.0.0.1:51234/cb',
    'http://127.0.0.1:80/cb',
    'http://[::1]/cb',
    'http://[::1]:65535/cb',
  ])('to %s is allowed', (uri) => {
    expect(isRedirectAllowed(ALLOWED, uri)).toBe(true);
  });

  test.each([
    'https://APP.example.com/signed-in',
    'HTTPS://app.example.com/signed-in',
    'https://app.example.com/Signed-In',
    'https://app.example.com/signed-in/',
    'https://app.example.com//signed-in',
    'https://app.example.com/signed-in?',
    'https://app.example.com/signed-in?next=https://evil.example',
    'https://app.example.com/signed-in#',
    'https://app.example.com/signed-in#x',
    'https://app.example.com/signed-in%20',
    'https://app.example.com/signed%2din',
    'https://app.example.com/x/../signed-in',
    'https://app.example.com/./signed-in',
    'https://app.example.com/signed-in/../../evil',
    'https://app.example.com/signed-in;x',
    'https://app.example.com:443/signed-in',
    'https://app.example.com:8443/signed-in',
    'https://app.example.com./signed-in',
    'https://app.example.com@evil.example/signed-in',
    'https://user@app.example.com/signed-in',
    'https://app.example.com.evil.example/signed-in',
    'https://evil.example/https://app.example.com/signed-in',
    'https:app.example.com/signed-in',
    'https:/app.example.com/signed-in',
    'https:\\\\app.example.com\\signed-in',
    'https://app.example.com\\@evil.example/signed-in',
    'http://app.example.com/signed-in',
    '//app.example.com/signed-in',
    ' https://app.example.com/signed-in',
    'https://app.example.com/signed-in ',
    '\thttps://app.example.com/signed-in',
    'https://app.example.com/signed-in\n',
    'https://app.example.com/signed-in\0',
    'https://app.example.com/sig\tned-in',
    'https://app。example。com/signed-in',
    'https://app.еxample.com/signed-in',
    'javascript://app.example.com/signed-in',
    '',
    'com.example.app:/callback/',
    'com.example.app:/callback?x',
    'com.example.app.evil:/callback',
    'COM.EXAMPLE.APP:/callback',
    'http://localhost:3001/cb',
    'http://localhost/cb',
    'http://127.0.0.1:0/cb',
    'http://127.0.0.1:65536/cb',
    'http://127.0.0.1:080/cb',
    'http://127.0.0.1:8080/cb/x',
    'http://127.0.0.1:8080/cb?x',
    'http://127.0.0.1:8080@evil.example/cb',
    'http://127.0.0.1.evil.example/cb',
    'http://127.0.0.2:8080/cb',
    'http://127.1/cb',
    'http://2130706433/cb',
    'https://127.0.0.1:8080/cb',
    'http://[::]:8080/cb',
    'http://[0:0:0:0:0:0:0:1]/cb',
  ])('to %j is not', (uri) => {
    expect(isRedirectAllowed(ALLOWED, uri)).toBe(false);
  });
});
