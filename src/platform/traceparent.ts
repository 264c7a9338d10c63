/** The trace's id, or null if it is no `traceparent` (W3C Trace Context §3.2). Later versions may append fields. */
export function traceIdOf(traceparent: string): string | null {
  const [, version, traceId, parentId, rest] = TRACEPARENT.exec(traceparent) ?? [];
  if (!traceId || version === 'ff' || (version === '00' && rest) || /^0+$/.test(traceId) || /^0+$/.test(parentId ?? ''))
    return null;
  return traceId;
}

const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-.{0,100})?$/;
