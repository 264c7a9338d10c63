import { isSafeTransport } from '../platform/safe-transport.js';

interface Read {
  legacyLoginUrl?: string | undefined;
  legacyLoginSecret?: unknown;
  hooksUrl?: string | undefined;
  hooksSecret?: unknown;
  hooks: readonly string[];
  hooksOnFailure: string;
  signInMethods: readonly string[];
}

/** A sentence for each setting that is missing, has no effect, or would send users' data unencrypted. */
export function validateSignedCalls(read: Read, { production }: { production: boolean }): string[] {
  const { legacyLoginUrl, legacyLoginSecret, hooksUrl, hooksSecret, hooks, hooksOnFailure, signInMethods } = read;
  const problems = [
    ...validateTarget('LEGACY_LOGIN', legacyLoginUrl, legacyLoginSecret, production),
    ...validateTarget('HOOKS', hooksUrl, hooksSecret, production),
  ];
  if (legacyLoginUrl && !signInMethods.includes('password'))
    problems.push('LEGACY_LOGIN_URL: it has no effect without password in SIGN_IN_METHODS. Add that, or remove this.');
  if (hooksUrl && hooks.length === 0)
    problems.push('HOOKS_URL: it is never called. Set HOOKS, such as HOOKS=before.register.');
  if (!hooksUrl && hooks.length > 0)
    problems.push('HOOKS: it has no effect without HOOKS_URL. Set that, or remove this.');
  if (!hooksUrl && hooksOnFailure !== 'refuse')
    problems.push('HOOKS_ON_FAILURE: it has no effect without HOOKS_URL. Set that, or remove this.');
  return problems;
}

function validateTarget(name: string, url: string | undefined, secret: unknown, production: boolean): string[] {
  if (url === undefined)
    return secret === undefined
      ? []
      : [`${name}_SECRET: it has no effect without ${name}_URL. Set that, or remove this.`];
  const { username, password } = new URL(url);
  return [
    ...(secret === undefined ? [`${name}_SECRET: requests to ${name}_URL are signed with it. Set it.`] : []),
    ...(isSafeTransport(url, production)
      ? []
      : [
          `${name}_URL: personal data is sent there. Write an https address${production ? '' : ', or one of localhost'}.`,
        ]),
    ...(username || password ? [`${name}_URL: write it without a password; the requests are signed.`] : []),
  ];
}
