/** The image's HEALTHCHECK: whether the server is alive, asked where its settings say that it tells. Exit code 0 or 1. */
import http from 'node:http';
import https from 'node:https';

const { PORT, TLS_CERT, MANAGEMENT_PORT, MANAGEMENT_HOST = '127.0.0.1' } = process.env;
const [{ get }, host, port] = MANAGEMENT_PORT
  ? [http, MANAGEMENT_HOST, MANAGEMENT_PORT]
  : [TLS_CERT ? https : http, '127.0.0.1', PORT];
const end = (/** @type {boolean} */ alive) => process.exit(alive ? 0 : 1);

// The certificate is for the name that clients use, and this connection stays in the container.
get({ host, port, path: '/health/live', rejectUnauthorized: false }, ({ statusCode }) => end(statusCode === 200)).on(
  'error',
  () => end(false),
);
