import { lookup as systemLookup } from 'node:dns';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';

export interface GuardedRequest {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Of the body of the answer. A longer one is an error. */
  maxBytes: number;
  /** Milliseconds for all of it, from the name to the last byte. */
  timeout: number;
}

export interface GuardedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/**
 * Asks an address that a stranger may have chosen (SSRF, OWASP ASVS 1.3.6). Only https, only public addresses, however they are written
 * and whatever the name resolves to; a redirect is an answer like any other and is not followed. Throws a `GuardedFetchError`.
 */
export type GuardedFetch = (url: string, request: GuardedRequest) => Promise<GuardedAnswer>;

export class GuardedFetchError extends Error {
  override name = 'GuardedFetchError';

  constructor(
    message: string,
    /** Whether the same request may succeed later. */
    readonly passing: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Replaced in tests. */
export interface GuardOptions {
  lookup?: LookupFunction;
  /** Private addresses that may be asked all the same. */
  allowed?: string[];
  /** The certificate of the authority that signs those of servers. */
  ca?: string;
}

export function createGuardedFetch({ lookup = systemLookup, allowed = [], ca }: GuardOptions = {}): GuardedFetch {
  let loading: Promise<RequestOptions['agent']> | undefined;
  const agent = () =>
    (loading ??= import('request-filtering-agent').then(
      ({ RequestFilteringHttpsAgent }) =>
        new RequestFilteringHttpsAgent({ keepAlive: false, allowIPAddressList: allowed, ...(ca && { ca }) }),
    ));
  const judge = (address: string) => {
    if (!allowed.includes(address) && OTHERS.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'))
      throw new GuardedFetchError('The address is not public.', false);
  };
  const judged: LookupFunction = (name, options, callback) =>
    lookup(name, options, (error, found, family) => {
      try {
        for (const one of [found ?? []].flat()) judge(typeof one === 'string' ? one : one.address);
      } catch (refused) {
        return callback(refused as Error, found, family);
      }
      callback(error, found, family);
    });

  return async (url, { method = 'GET', headers, body, maxBytes, timeout }) => {
    const target = publicUrl(url);
    const host = target.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host)) judge(host);
    const options: RequestOptions = {
      method,
      headers: { 'accept-encoding': 'identity', ...headers },
      agent: await agent(),
      lookup: judged,
      signal: AbortSignal.timeout(timeout),
    };
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(asGuardedError(error));
      const asked = request(target, options, (answer) => {
        read(answer, maxBytes).then(resolve, (error: unknown) => {
          asked.destroy();
          fail(error);
        });
      });
      asked.on('error', fail);
      asked.end(body);
    });
  };
}

/**
 * What request-filtering-agent lets pass and should not: IPv6 outside of 2000::/3, which is all that was ever given out (among it
 * ::7f00:1, an old spelling of 127.0.0.1), and the public address at which Azure answers its own machines.
 */
const OTHERS = new BlockList();
OTHERS.addSubnet('::', 3, 'ipv6');
OTHERS.addSubnet('4000::', 2, 'ipv6');
OTHERS.addSubnet('8000::', 1, 'ipv6');
OTHERS.addAddress('168.63.129.16');

function publicUrl(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : null;
  if (target?.protocol !== 'https:') throw new GuardedFetchError('Only https is asked.', false);
  // They would be sent in a header (RFC 7617).
  if (target.username || target.password) throw new GuardedFetchError('The address holds a password.', false);
  return target;
}

/** The length that the server says is a reason to refuse, and none to allow. */
async function read(answer: IncomingMessage, maxBytes: number): Promise<GuardedAnswer> {
  const tooLong = () => new GuardedFetchError(`The answer is longer than ${maxBytes} bytes.`, false);
  const { statusCode: status = 0, headers } = answer;
  if (Number(headers['content-length']) > maxBytes) throw tooLong();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLong();
    chunks.push(chunk);
  }
  return { status, headers, body: Buffer.concat(chunks) };
}

/** The message names no address, so that it can be kept with a job. */
function asGuardedError(error: unknown): GuardedFetchError {
  if (error instanceof GuardedFetchError) return error;
  const { message, code, name } = error as NodeJS.ErrnoException;
  if (message.includes('is not allowed. Because')) return new GuardedFetchError('The address is not public.', false);
  const reason = name === 'AbortError' || name === 'TimeoutError' ? 'in time' : `(${code ?? name})`;
  return new GuardedFetchError(`The server did not answer ${reason}.`, true, { cause: error });
}
