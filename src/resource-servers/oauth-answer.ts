import type { Refusal } from '../errors.js';
import type { RouteAnswer } from '../feature.js';

export const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
/** For a 401: how to send credentials (RFC 7617). */
export const ASK_FOR_BASIC = { 'www-authenticate': 'Basic realm="Sallyport"' };

export function oauthAnswer(body: object): RouteAnswer {
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify(body) };
}

/** An error in OAuth's shape (RFC 6749 §5.2), which is what libraries for these endpoints read. */
export function oauthError(status: number, error: string, description: string, headers = {}): RouteAnswer {
  return {
    status,
    headers: { ...JSON_TYPE, ...headers },
    body: JSON.stringify({ error, error_description: description }),
  };
}

/** RFC 6749 §5.2 has no code for a server that is down, so it is that of §4.1.2.1. */
export function oauthRefusal({ code, message }: Refusal): Omit<RouteAnswer, 'status'> {
  const error = code === 'BAD_USER_INPUT' ? 'invalid_request' : 'temporarily_unavailable';
  return { headers: JSON_TYPE, body: JSON.stringify({ error, error_description: message }) };
}
