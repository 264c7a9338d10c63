import type { IncomingMessage } from 'node:http';
import { newUnorderedId } from '../../platform/ids.js';
import { isFromProxy, type Trusted } from './client-address.js';

/** The ids of a request in logs and traces, here and elsewhere. */
export interface RequestNames {
  id: string;
  /** W3C Trace Context, not yet read. */
  traceparent?: string | undefined;
}

/** At most 64 characters, as the audit log stores; none that has a meaning in a log, a header or a page. */
const ID = /^[\w.:+/=-]{1,64}$/;

/**
 * The id and the trace that a trusted proxy gave the request. Anyone else's are ignored: strangers could hide their requests among those of
 * others, and have each of them traced.
 */
export function namesOf(trusted: Trusted): (request: IncomingMessage) => RequestNames {
  const fromProxy = isFromProxy(trusted);
  return (request) => {
    const { 'x-request-id': given, traceparent } = request.headers;
    if ((given === undefined && traceparent === undefined) || !fromProxy(request)) return { id: newUnorderedId() };
    const id = typeof given === 'string' && ID.test(given) ? given : newUnorderedId();
    return { id, traceparent: typeof traceparent === 'string' ? traceparent : undefined };
  };
}
