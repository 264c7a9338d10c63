import { freePort } from '../platform/free-port.js';
import type { Config } from './config.js';

/** PORT=0 takes any free port; tokens, links and cookies must name it, so it is chosen before anything is made. */
export async function withPort(config: Config): Promise<Config> {
  if (config.port !== 0) return config;
  const port = await freePort(config.host);
  const scheme = config.tls ? 'https' : 'http';
  const unset = `${scheme}://localhost:0`;
  const publicUrl = config.publicUrl === unset ? `${scheme}://localhost:${port}` : config.publicUrl;
  return {
    ...config,
    port,
    publicUrl,
    tokenAudience: config.tokenAudience === unset ? publicUrl : config.tokenAudience,
    passkeyOrigins: config.passkeyOrigins.map((origin) => (origin === unset ? publicUrl : origin)),
  };
}
