import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createSecureContext, type Server } from 'node:tls';
import { Gauge } from 'prom-client';
import { type Config, ConfigError } from '../../config/config.js';
import type { Log } from '../../platform/log.js';
import type { Metrics } from '../../platform/metrics.js';
import { createPoller } from '../../platform/poller.js';

type Files = NonNullable<Config['tls']>;

interface Certificate {
  cert: Buffer;
  key: Buffer;
}

/** Throws a `ConfigError` that says what is wrong with the files. */
function readCertificate(files: Files): Certificate {
  const cert = readFile('TLS_CERT', files.cert);
  const key = readFile('TLS_KEY', files.key);
  try {
    createSecureContext({ cert, key });
    return { cert, key };
  } catch (error) {
    throw new ConfigError([
      `TLS_CERT, TLS_KEY: ${files.cert} and ${files.key} are no certificate and its key (${(error as Error).message}). Write a certificate with its chain and its private key without a passphrase, both in PEM.`,
    ]);
  }
}

function readFile(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError([`${name}: the file cannot be read (${(error as Error).message}).`]);
  }
}

interface WatchNeeds {
  files: Files;
  log: Log;
  metrics: Metrics;
}

/** In milliseconds. */
const EVERY = 1000;

/**
 * Sets the server's certificate, and its replacement for every handshake from then on; open connections go on. The files are polled, not
 * watched: certbot and Kubernetes replace a link, which a watch of the file does not see. A pair that does not match, as while only one of
 * the files is written, is logged once and read again.
 */
export function renewCertificate(server: Server, { files, log, metrics }: WatchNeeds): () => void {
  const expires = new Gauge({
    name: 'sallyport_certificate_expires_timestamp_seconds',
    help: 'When the certificate of TLS_CERT expires, in seconds since 1970.',
    registers: [metrics.registry],
    aggregator: 'min',
  });
  let served = readCertificate(files);
  const serve = (certificate: Certificate) => {
    server.setSecureContext(certificate);
    expires.set(expiryOf(certificate));
    served = certificate;
  };
  serve(served);
  let seen = '';
  let lastLogged = '';
  async function look(): Promise<void> {
    const state = await stateOf(files);
    if (state === seen) return;
    const read = readCertificate(files);
    if (!read.cert.equals(served.cert) || !read.key.equals(served.key)) {
      serve(read);
      log.info({ expires: new X509Certificate(read.cert).validTo }, 'the certificate was replaced');
    }
    seen = state;
    lastLogged = '';
  }
  function failed(error: unknown): void {
    const { message } = error as Error;
    if (message !== lastLogged) log.warn(`the certificate is not replaced: the former one stays in use. ${message}`);
    lastLogged = message;
  }
  const poller = createPoller(look, { every: EVERY, failed });
  poller.start();
  return () => void poller.stop();
}

function expiryOf({ cert }: Certificate): number {
  return Date.parse(new X509Certificate(cert).validTo) / 1000;
}

/** Changes when a file, or the target of a link to it, is replaced. */
async function stateOf({ cert, key }: Files): Promise<string> {
  const states = await Promise.all([cert, key].map((path) => stat(path).catch(() => null)));
  return states.map((state) => (state ? `${state.ino} ${state.size} ${state.mtimeMs}` : 'none')).join(', ');
}
