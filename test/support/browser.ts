import { type Answer, createClient, type RequestOptions } from './client.js';

export interface Browser {
  /** As the client's, with the cookies a browser would send to /graphql, and the page's `Origin`. */
  gql<Data = Record<string, any>>(
    query: string,
    variables?: Record<string, unknown>,
    options?: Omit<RequestOptions, 'cookie'>,
  ): Promise<Answer<Data>>;
  /** Every `Set-Cookie` so far, as it came. */
  received: string[];
  /** The value of a cookie that has not expired. */
  cookie(name: string): string | undefined;
}

/**
 * Keeps cookies by name and path and forgets expired ones, as a browser on `origin` would. `Secure` is not looked at:
 * tests speak http, and assert the attribute on `received`.
 */
export function openBrowser(url: string, origin: string): Browser {
  const client = createClient(url);
  const jar = new Map<string, { value: string; path: string }>();
  const received: string[] = [];
  return {
    received,
    cookie: (name) => jar.get(name)?.value,
    gql: async (query, variables, { headers, ...options } = {}) => {
      const cookies = [...jar].filter(([, { path }]) => '/graphql'.startsWith(path));
      const cookie = cookies.map(([name, { value }]) => `${name}=${value}`).join('; ');
      const answer = await client.gql<any>(query, variables, { ...options, cookie, headers: { origin, ...headers } });
      for (const line of answer.headers.getSetCookie()) {
        received.push(line);
        keep(jar, line);
      }
      return answer;
    },
  };
}

function keep(jar: Map<string, { value: string; path: string }>, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const name = pair.slice(0, pair.indexOf('='));
  const attribute = (wanted: string) =>
    attributes.find((one) => one.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
  const expires = attribute('expires');
  const expired = Number(attribute('max-age') ?? 1) <= 0 || (expires && Date.parse(expires) <= Date.now());
  if (expired) jar.delete(name);
  else jar.set(name, { value: pair.slice(name.length + 1), path: attribute('path') ?? '/' });
}
