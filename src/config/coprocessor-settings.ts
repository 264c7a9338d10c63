/** Where and how routers are answered. */
export interface CoprocessorSettings {
  secret: string;
  onFailure: 'closed' | 'open';
  at: { socket: string } | { host: string; port: number } | 'management';
}

interface Read {
  coprocessorSecret?: string | undefined;
  coprocessorHost?: string | undefined;
  coprocessorPort?: number | undefined;
  coprocessorSocket?: string | undefined;
  coprocessorOnFailure: 'closed' | 'open';
  managementPort?: number | undefined;
}

/** Null unless COPROCESSOR_SECRET is set. */
export function coprocessorSettings(read: Read): CoprocessorSettings | null {
  const { coprocessorSecret: secret, coprocessorSocket: socket, coprocessorOnFailure: onFailure } = read;
  const { coprocessorHost: host = '127.0.0.1', coprocessorPort: port = 4001 } = read;
  if (secret === undefined) return null;
  if (socket !== undefined) return { secret, onFailure, at: { socket } };
  const apart = read.coprocessorHost !== undefined || read.coprocessorPort !== undefined;
  return { secret, onFailure, at: read.managementPort === undefined || apart ? { host, port } : 'management' };
}

/** A sentence for each setting that has no effect, or contradicts the rest. */
export function validateCoprocessor(read: Read, { host, port }: { host: string; port: number }): string[] {
  const { coprocessorSecret, coprocessorHost, coprocessorPort, coprocessorSocket, coprocessorOnFailure } = read;
  const coprocessor = coprocessorSettings(read);
  const places = [
    ...(coprocessorHost === undefined ? [] : ['COPROCESSOR_HOST']),
    ...(coprocessorPort === undefined ? [] : ['COPROCESSOR_PORT']),
  ];
  if (!coprocessor) {
    const idle = [
      ...places,
      ...(coprocessorSocket === undefined ? [] : ['COPROCESSOR_SOCKET']),
      ...(coprocessorOnFailure === 'open' ? ['COPROCESSOR_ON_FAILURE'] : []),
    ];
    return idle.map((name) => `${name}: it has no effect without COPROCESSOR_SECRET. Set that, or remove this.`);
  }
  if (coprocessorSocket !== undefined && places.length > 0)
    return [`${places[0]}: COPROCESSOR_SOCKET is set too. Remove one of them.`];
  const { at } = coprocessor;
  if (
    typeof at === 'object' &&
    'port' in at &&
    at.port !== 0 &&
    at.port === port &&
    (at.host === host || host === '0.0.0.0')
  )
    return ['COPROCESSOR_PORT: it is the port of the API. Write another one.'];
  if (coprocessorSecret && !/^[\w.~-]+$/.test(coprocessorSecret))
    return ['COPROCESSOR_SECRET: it is part of an address. Write letters, digits and - . _ ~ only.'];
  return [];
}
