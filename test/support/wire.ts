import { startRelay } from './relay.js';

export interface Wire {
  /** DATABASE_URL of a gateway whose statements are to be seen. */
  url: string;
  /** Every statement the gateway's own pool has sent (not the job queue's), in order. */
  statements: string[];
  /** The statements sent while `work` runs. */
  during<Result>(work: () => Promise<Result>): Promise<{ result: Result; statements: string[] }>;
  close(): Promise<void>;
}

/**
 * Stands between a gateway and PostgreSQL and reads the frontend's half of the protocol: what is counted here is what the
 * database is asked, whichever layer asked for it.
 */
export async function tapWire(databaseUrl: string): Promise<Wire> {
  const target = new URL(databaseUrl);
  const statements: string[] = [];
  const to = { hostname: target.hostname, port: Number(target.port || 5432) };
  const { port, close } = await startRelay(to, (client, upstream) => {
    const read = reader((statement) => statements.push(statement));
    client.on('data', (chunk) => read(chunk));
    client.pipe(upstream).pipe(client);
  });
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    statements,
    async during(work) {
      const from = statements.length;
      const result = await work();
      return { result, statements: statements.slice(from) };
    },
    close,
  };
}

/** Frontend messages: the startup packet has no type byte, all others have one, then their length. */
function reader(seen: (statement: string) => void): (chunk: Buffer) => void {
  const named = new Map<string, string>();
  let pending = Buffer.alloc(0);
  let application: string | undefined;
  let bound = '';
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const head = application === undefined ? 0 : 1;
      if (pending.length < head + 4) return;
      const end = head + pending.readInt32BE(head);
      if (pending.length < end) return;
      const type = pending.subarray(0, head).toString();
      const fields = pending
        .subarray(head + 4, end)
        .toString('latin1')
        .split('\0');
      pending = pending.subarray(end);
      if (type === '') application = fields[fields.findIndex((field) => field.endsWith('application_name')) + 1] ?? '';
      if (application !== 'sallyport') continue;
      if (type === 'P') named.set(fields[0]!, fields[1]!);
      if (type === 'B') bound = named.get(fields[1]!) ?? '';
      if (type === 'E') seen(bound);
      if (type === 'Q') seen(fields[0]!);
    }
  };
}
