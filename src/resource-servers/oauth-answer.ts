import type { Refusal } from '../errors.js';
import type { RouteAnswer } from '../feature.js';

export const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
/** Of a 401: how credentials are sent (RFC 7617). */
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

/** RFC 6749 §5.2 has no word for a server that is away: that of §4.1.2.1. */
export function oauthRefusal({ code, message }: Refusal): Omit<RouteAnswer, 'status'> {
  const error = code === 'BAD_USER_INPUT' ? 'invalid_request' : 'temporarily_unavailable';
  return { headers: JSON_TYPE, body: JSON.stringify({ error, error_description: message }) };
}
