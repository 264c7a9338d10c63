import type { IncomingMessage } from 'node:http';
import type { Config } from '../../config/config.js';
import { isOrigin } from '../../config/setting-kinds.js';
import type { Clock } from '../../platform/clock.js';
import type { Log } from '../../platform/log.js';
import { allowedOrigins } from './cookies.js';
import { asksGraphql } from './entrance.js';

interface NotingNeeds {
  config: Pick<Config, 'publicUrl' | 'corsOrigins'>;
  clock: Clock;
  log: Log;
}

/**
 * Logs the origins of pages that may not call: browsers show those pages no reason, and the operator may have forgotten one. Anyone can send
 * any origin, so there are few lines, and short ones.
 */
export function foreignOrigins({ config, clock, log }: NotingNeeds): (request: IncomingMessage, id: string) => void {
  const allowed = allowedOrigins(config);
  const logged = new Set<string>();
  let begun = 0;
  return (request, requestId) => {
    const { origin: sent } = request.headers;
    if (sent === undefined || allowed.has(sent)) return;
    // Elsewhere a page of any origin may call, or send a form. Before it calls with credentials, a browser asks with OPTIONS.
    if (request.method !== 'OPTIONS' && !asksGraphql(request)) return;
    const now = clock.now().getTime();
    if (now - begun >= PERIOD) {
      logged.clear();
      begun = now;
    }
    const origin = sent.slice(0, MAX_LENGTH);
    if (logged.size >= MAX_ORIGINS || logged.has(origin)) return;
    // A sandboxed frame sends null. The setting would refuse it.
    if (!isOrigin(sent)) return;
    logged.add(origin);
    log.warn({ requestId, origin }, 'pages of this origin may not call: if it is yours, add it to CORS_ORIGINS');
  };
}

/** In milliseconds. In each period an origin is logged once, and `MAX_ORIGINS` at most. */
const PERIOD = 3_600_000;
const MAX_ORIGINS = 10;
const MAX_LENGTH = 200;
