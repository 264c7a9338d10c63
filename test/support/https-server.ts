import { createServer } from 'node:https';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GuardOptions } from '../../src/platform/guarded-fetch.js';
import { makeCertificate } from './certificate.js';

export interface HttpsServer {
  /** By its address: https://127.0.0.1:port. */
  url: string;
  port: number;
  /** The connections that have reached it so far. */
  reached(): number;
  /** How a guard reaches it; what it is not told to allow it refuses. */
  trusted: Pick<GuardOptions, 'ca'>;
  close(): Promise<void>;
}

/** An https server on this machine, for 127.0.0.1 and pictures.example. */
export async function startHttps(answer: RequestListener): Promise<HttpsServer> {
  const { key, cert } = makeCertificate('pictures.example');
  const server = createServer({ key, cert }, answer);
  let reached = 0;
  server.on('connection', () => (reached += 1));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    reached: () => reached,
    trusted: { ca: cert },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
