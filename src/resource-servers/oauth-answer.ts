import type { RouteAnswer } from '../feature.js';

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

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
