import { type CoprocessorSettings, coprocessorSettings, validateCoprocessor } from './coprocessor-settings.js';

type ReadCoprocessor = Parameters<typeof coprocessorSettings>[0];

interface Read extends ReadCoprocessor {
  managementHost?: string | undefined;
  managementPort?: number | undefined;
  tlsCert?: string | undefined;
  tlsKey?: string | undefined;
}

/** The listeners beside the API's, and TLS on the API's own port. */
export interface ListenerSettings {
  /** Null: routers are not answered. */
  coprocessor: CoprocessorSettings | null;
  /** Null: health and metrics are answered where the API is. */
  management: { host: string; port: number } | null;
  /** Paths. Null: TLS ends in front of the server, or there is none. */
  tls: { cert: string; key: string } | null;
}

export function listenerSettings(read: Read): ListenerSettings {
  const { managementHost: host = '127.0.0.1', managementPort: port, tlsCert: cert, tlsKey: key } = read;
  return {
    coprocessor: coprocessorSettings(read),
    management: port === undefined ? null : { host, port },
    tls: cert === undefined || key === undefined ? null : { cert, key },
  };
}

/** A sentence for each setting that has no effect, or contradicts the rest. */
export function validateListeners(read: Read, api: { host: string; port: number }): string[] {
  const { managementHost, tlsCert, tlsKey } = read;
  const { management, coprocessor } = listenerSettings(read);
  const problems = validateCoprocessor(read, api);
  if (managementHost !== undefined && !management)
    problems.push('MANAGEMENT_HOST: it has no effect without MANAGEMENT_PORT. Set that, or remove this.');
  if (management && overlap(management, api))
    problems.push('MANAGEMENT_PORT: it is the port of the API. Write another one.');
  if (management && coprocessor && typeof coprocessor.at === 'object' && 'port' in coprocessor.at) {
    if (overlap(management, coprocessor.at))
      problems.push(
        'COPROCESSOR_PORT: it is MANAGEMENT_PORT. Remove COPROCESSOR_HOST and COPROCESSOR_PORT: then routers are answered at MANAGEMENT_PORT.',
      );
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    const [has, lacks] = tlsCert === undefined ? ['TLS_KEY', 'TLS_CERT'] : ['TLS_CERT', 'TLS_KEY'];
    problems.push(`${has}: it has no effect without ${lacks}. Set both, or neither.`);
  }
  return problems;
}

/** Whether both would listen on the same address. Port 0 is any free port. */
function overlap(one: { host: string; port: number }, other: { host: string; port: number }): boolean {
  const wide = [one.host, other.host].some((host) => host === '0.0.0.0' || host === '::');
  return one.port !== 0 && one.port === other.port && (wide || one.host === other.host);
}
