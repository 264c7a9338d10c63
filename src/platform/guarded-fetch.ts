import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { type IncomingHttpHeaders, type IncomingMessage, request as requestByHttp } from 'node:http';
import { request as requestByHttps, type RequestOptions } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isInside, isPublic } from './public-address.js';

export interface GuardedRequest {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** The limit of the answer's body. A longer one is an error, or is cut off. */
  maxBytes: number;
  cutOff?: boolean;
  /** Milliseconds for the whole request, from resolving the name to the last byte. */
  timeout: number;
  /** Aborts it earlier. */
  signal?: AbortSignal;
  reach?: Reach;
}

/** What an operator allows beyond public addresses by https. */
export interface Reach {
  /** Also http. */
  http?: boolean;
  /** Private networks: 10.0.0.0/8. */
  networks?: readonly string[];
}

export interface GuardedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/**
 * Fetches an address that a stranger may have chosen (SSRF, OWASP ASVS 1.3.6). Only https, only public addresses, however they are written
 * and whatever the name resolves to; a redirect is an answer like any other and is not followed. Throws a `GuardedFetchError`.
 */
export interface GuardedFetch {
  (url: string, request: GuardedRequest): Promise<GuardedAnswer>;
  /** Throws if it would not be fetched, so that the user who enters it learns so. A name that does not resolve yet is checked when it is fetched. */
  assertAllowed(url: string, reach?: Reach): Promise<void>;
}

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
  /** Private addresses that are allowed all the same. */
  allowed?: string[];
  /** The CA of the servers' certificates. */
  ca?: string;
}

export function createGuardedFetch({ lookup = systemLookup, allowed = [], ca }: GuardOptions = {}): GuardedFetch {
  const options = { keepAlive: false, allowIPAddressList: allowed, ...(ca && { ca }) };
  let loading: Promise<Record<string, RequestOptions['agent']>> | undefined;
  const agents = (): NonNullable<typeof loading> =>
    (loading ??= import('request-filtering-agent').then(
      ({ RequestFilteringHttpAgent, RequestFilteringHttpsAgent }) => ({
        'http:': new RequestFilteringHttpAgent(options),
        'https:': new RequestFilteringHttpsAgent(options),
      }),
    ));
  const assertPublic = (address: string) => {
    if (!allowed.includes(address) && !isPublic(address))
      throw new GuardedFetchError('The address is not public.', false);
  };
  const publicLookup: LookupFunction = (name, options, callback) =>
    lookup(name, options, (error, found, family) => {
      try {
        for (const one of [found ?? []].flat()) assertPublic(typeof one === 'string' ? one : one.address);
      } catch (refused) {
        return callback(refused as Error, found, family);
      }
      callback(error, found, family);
    });
  const resolve = async (host: string): Promise<LookupAddress[]> =>
    isIP(host) ? [{ address: host, family: isIP(host) }] : resolveAll(lookup, host);

  /** Into a network of the operator, only to the addresses that were checked: a name may resolve to another one a moment later. */
  async function insideOf(host: string, networks: readonly string[]): Promise<RequestOptions | null> {
    if (networks.length === 0) return null;
    const found = await resolve(host);
    return isInside(found, networks) ? { agent: false, lookup: pinned(found), ...(ca && { ca }) } : null;
  }

  async function guarded(url: string, asking: GuardedRequest): Promise<GuardedAnswer> {
    const { method = 'GET', headers, body, maxBytes, cutOff = false, timeout, reach = {} } = asking;
    const target = allowedUrl(url, reach);
    const host = hostOf(target);
    const signal = AbortSignal.any([AbortSignal.timeout(timeout), ...(asking.signal ? [asking.signal] : [])]);
    const inside = await Promise.race([insideOf(host, reach.networks ?? []), ended(signal)]).catch((error: unknown) => {
      throw asGuardedError(error);
    });
    if (!inside && isIP(host)) assertPublic(host);
    const options: RequestOptions = {
      method,
      headers: { 'accept-encoding': 'identity', ...headers },
      signal,
      ...(inside ?? { agent: (await agents())[target.protocol], lookup: publicLookup }),
    };
    const request = target.protocol === 'https:' ? requestByHttps : requestByHttp;
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(asGuardedError(error));
      const asked = request(target, options, (answer) => {
        read(answer, maxBytes, cutOff).then(
          (got) => {
            // The rest of what was cut off is not waited for.
            if (!answer.complete) asked.destroy();
            resolve(got);
          },
          (error: unknown) => {
            asked.destroy();
            fail(error);
          },
        );
      });
      asked.on('error', fail);
      asked.end(body);
    });
  }

  async function assertAllowed(url: string, reach: Reach = {}): Promise<void> {
    const host = hostOf(allowedUrl(url, reach));
    const found = await resolve(host).catch(() => []);
    if (isInside(found, reach.networks)) return;
    for (const { address } of found) assertPublic(address);
  }

  return Object.assign(guarded, { assertAllowed });
}

function resolveAll(lookup: LookupFunction, host: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, found) => (error ? reject(error) : resolve([found as LookupAddress[]].flat())));
  });
}

/** A resolver with a fixed answer. */
function pinned(found: LookupAddress[]): LookupFunction {
  const [first] = found;
  return (_name, { all }, callback) =>
    all ? callback(null, found) : callback(null, first?.address ?? '', first?.family);
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function allowedUrl(url: string, { http = false }: Reach): URL {
  const target = URL.canParse(url) ? new URL(url) : null;
  if (target?.protocol !== 'https:' && !(http && target?.protocol === 'http:'))
    throw new GuardedFetchError('Only https is asked.', false);
  // User and password would be sent in a header (RFC 7617).
  if (target.username || target.password) throw new GuardedFetchError('The address holds a password.', false);
  return target;
}

/** The declared length is a reason to refuse, never to allow. */
async function read(answer: IncomingMessage, maxBytes: number, cutOff: boolean): Promise<GuardedAnswer> {
  const tooLong = () => new GuardedFetchError(`The answer is longer than ${maxBytes} bytes.`, false);
  const { statusCode: status = 0, headers } = answer;
  if (!cutOff && Number(headers['content-length']) > maxBytes) throw tooLong();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes && !cutOff) throw tooLong();
    chunks.push(chunk);
    if (size > maxBytes) break;
  }
  return { status, headers, body: Buffer.concat(chunks).subarray(0, maxBytes) };
}

/** The message names no address, so that it can be kept with a job. */
function asGuardedError(error: unknown): GuardedFetchError {
  if (error instanceof GuardedFetchError) return error;
  const { message, code, name } = error as NodeJS.ErrnoException;
  if (message.includes('is not allowed. Because')) return new GuardedFetchError('The address is not public.', false);
  const reason = name === 'AbortError' || name === 'TimeoutError' ? 'in time' : `(${code ?? name})`;
  return new GuardedFetchError(`The server did not answer ${reason}.`, true, { cause: error });
}
