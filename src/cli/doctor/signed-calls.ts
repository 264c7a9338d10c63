import { fetchReason } from '../../platform/fetch-reason.js';
import { HOOK_TIMEOUT_MS, LEGACY_TIMEOUT_MS } from '../../sign-in/signed-calls.js';
import { type CheckNeeds, type Found, problem, warning } from './finding.js';

interface Called {
  setting: 'HOOKS_URL' | 'LEGACY_LOGIN_URL';
  url: string | undefined;
  timeout: number;
  why: string;
  document: string;
}

export async function checkHooks({ config }: CheckNeeds): Promise<Found[]> {
  const asked = `What ${config.hooks.join(', ')} would ask about`;
  const why =
    config.hooksOnFailure === 'refuse'
      ? `${asked} is refused while it does not answer.`
      : `${asked} goes on without its answer.`;
  return checkCall({ setting: 'HOOKS_URL', url: config.hooksUrl, timeout: HOOK_TIMEOUT_MS, why, document: 'hooks.md' });
}

export async function checkLegacyLogin({ config }: CheckNeeds): Promise<Found[]> {
  return checkCall({
    setting: 'LEGACY_LOGIN_URL',
    url: config.legacyLoginUrl,
    timeout: LEGACY_TIMEOUT_MS,
    why: 'People who have no account here yet cannot sign in.',
    document: 'migrating/lazily.md',
  });
}

/** A gateway without a server behind it. 500 and 501 are answers of a program that does not know OPTIONS. */
const NOTHING_BEHIND = new Set([502, 503, 504]);

/**
 * OPTIONS, since it is safe (RFC 9110 §9.2.1): a signed call would count as a guess in the former system, and a hook may act on it. So it
 * stays unknown whether the receiver has the secret, and any answer but a gateway's own is fine.
 */
async function checkCall({ setting, url, timeout, why, document }: Called): Promise<Found[]> {
  if (!url) return [];
  try {
    const { status, body } = await fetch(url, {
      method: 'OPTIONS',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    });
    await body?.cancel();
    if (NOTHING_BEHIND.has(status))
      return [problem(`${setting} answers with ${status}.`, why, `Start what is behind it. docs/${document}`)];
    if (status < 300 || status >= 400) return [];
    return [
      warning(
        `${setting} answers with a redirect (${status}).`,
        'Redirects are not followed: a call that is redirected fails.',
        'Write the address that it leads to.',
      ),
    ];
  } catch (error) {
    const reason = fetchReason(error);
    return [problem(`${setting} cannot be called: ${reason}.`, why, todoFor(reason, document))];
  }
}

function todoFor(reason: string, document: string): string {
  if (/CERT|ALTNAME|SIGNED|SELF|TLS|SSL|ISSUER/.test(reason))
    return 'Name the host as its certificate does, or give Node the authority: NODE_EXTRA_CA_CERTS=FILE.';
  return `Check its host and port, and whether a firewall lets this machine there. docs/${document}`;
}
