import S3rver from 's3rver';
import { temporaryFolder } from './server-process.js';
import { freePort } from '../../src/platform/free-port.js';

export interface S3Server {
  /** As a STORAGE_URL. */
  url: string;
  /** Of the bucket itself, which anyone may read. */
  bucket: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** An S3 server with one bucket. It can be stopped, and started again with what it had. It believes every signature. */
export async function startS3(): Promise<S3Server> {
  const port = await freePort('127.0.0.1');
  const options = {
    port,
    address: '127.0.0.1',
    silent: true,
    directory: temporaryFolder(),
    configureBuckets: [{ name: 'pictures' }],
  };
  let running: S3rver | undefined;
  const server: S3Server = {
    url: `s3://S3RVER:S3RVER@127.0.0.1:${port}/pictures?tls=off`,
    bucket: `http://127.0.0.1:${port}/pictures`,
    async start() {
      running = new S3rver(options);
      await running.run();
    },
    async stop() {
      await running?.close();
      running = undefined;
    },
  };
  await server.start();
  return server;
}
