import type { RouteAnswer } from '../../feature.js';
import type { ProviderError } from '../../providers/provider.js';

/** 303 See Other: the browser continues by GET, and no page learns the previous address, which holds secrets. */
export function seeOther(location: string): RouteAnswer {
  return { status: 303, headers: { location, 'referrer-policy': 'no-referrer' } };
}

/** Where an attempt ends. */
interface Application {
  redirectUri: string;
  clientState: string | null;
}

/** Back to the application, with the code that it exchanges for a session. Addresses never carry tokens. */
export function backWithCode(to: Application, code: string): RouteAnswer {
  return back(to, { code });
}

/** Back to the application, with one of the codes of RFC 6749 §4.1.2.1. Nothing that the provider wrote is passed on. */
export function backWithError(to: Application, reason: ProviderError['reason']): RouteAnswer {
  return back(to, { error: ERRORS[reason] });
}

const ERRORS: Record<ProviderError['reason'], string> = {
  denied: 'access_denied',
  unavailable: 'temporarily_unavailable',
  failed: 'server_error',
};

/** Appends to the text of the address, which stays exactly as the setting has it. */
function back({ redirectUri, clientState }: Application, answer: Record<string, string>): RouteAnswer {
  const query = Object.entries({ ...answer, ...(clientState !== null && { state: clientState }) })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  return seeOther(`${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`);
}
