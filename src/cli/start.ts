import { localUrl } from '../config/local-url.js';
import { loadConfig, type Config } from '../config/config.js';
import type { Log } from '../platform/log.js';
import { findMisspelt } from '../config/unknown-settings.js';
import { startWarnings } from './start-warnings.js';
import { isWorker, metricsOfAll, runWorkers } from './workers.js';

interface StartNeeds {
  env: Record<string, string | undefined>;
  /** The names in .env. */
  envFile: string[];
  /** Calls back once when the process is asked to stop. */
  onSignal(stop: () => void): void;
  /** Writes to the terminal. */
  say(text: string): void;
}

/** Serves until the process is asked to stop, by itself or through WORKERS. Returns the exit code. */
export async function start({ env, envFile, onSignal, say }: StartNeeds): Promise<number> {
  const config = loadConfig(env);
  const stopped = new Promise<void>((stop) => onSignal(stop));
  const { createLog } = await import('../platform/log.js');
  const log = createLog(config);
  if (!isWorker) findMisspelt(env, envFile).forEach((warning) => log.warn(warning));
  if (isWorker) return serve({ config, log, stopped, listening: () => {} });
  const listening = async (url: string) => {
    log.info({ url, mode: config.nodeEnv }, 'listening');
    startWarnings(config).forEach((warning) => log.warn(warning));
    if (config.nodeEnv === 'development') say(await welcome(config, url));
  };
  if (config.workers === 1) return serve({ config, log, stopped, listening });
  const { freePort } = await import('../platform/free-port.js');
  const port = config.port || (await freePort(config.host));
  const url = localUrl({ ...config, port });
  return runWorkers({
    count: config.workers,
    env: { PORT: `${port}` },
    log,
    stopped,
    listening: () => void listening(url),
  });
}

interface ServeNeeds {
  config: Config;
  log: Log;
  stopped: Promise<void>;
  listening(url: string): void | Promise<void>;
}

async function serve({ config, log, stopped, listening }: ServeNeeds): Promise<number> {
  const [{ createGateway }, { collectProcessMetrics, createMetrics }] = await Promise.all([
    import('../gateway.js'),
    import('../platform/metrics.js'),
  ]);
  const metrics = createMetrics();
  collectProcessMetrics(metrics);
  if (isWorker) metrics.print = metricsOfAll(metrics);
  const gateway = await createGateway({ config, log, metrics });
  await listening(gateway.url);
  await stopped;
  log.info('stopping');
  await gateway.close();
  return 0;
}

async function welcome(config: Config, listensAt: string): Promise<string> {
  const { isGraphiqlInstalled } = await import('../api/explorer/graphiql.js');
  // By the name that the README, the mails and the tokens use.
  const url = listensAt.replace('//127.0.0.1:', '//localhost:');
  const places = [
    ['GraphQL', 'graphql', config.explorer && 'open it in a browser for Apollo Sandbox'],
    [
      'GraphiQL',
      'graphiql',
      config.explorer && isGraphiqlInstalled() && 'works offline, with an example for each step',
    ],
    ['Dev mailbox', 'dev/mailbox', !config.smtpUrl && 'every mail, with its code'],
  ].filter(([, path, what]) => what || path === 'graphql');
  return `
  Sallyport is ready.

${places.map(([name, path, what]) => `    ${`${name}`.padEnd(13)} ${`${url}/${path}`.padEnd(37)} ${what ? `(${what})` : ''}`.trimEnd()).join('\n')}

  Open an account:

    curl ${url}/graphql -H 'content-type: application/json' \\
      -d '{"query":"mutation($input: RegisterInput!) { register(input: $input) { challengeToken sentTo } }","variables":{"input":{"email":"ada@example.com","password":"violet-harbour-lantern"}}}'

  ${whereTheCodeIs(config)} Stop with Ctrl-C.
`;
}

function whereTheCodeIs({ smtpUrl, logLevel }: Config): string {
  const logged = ['trace', 'debug', 'info'].includes(logLevel);
  const log = logged ? ', and in this log' : '';
  if (!smtpUrl) return `The code is then in the dev mailbox${log}.`;
  return `The code is then in the mail${log}${log && ` once ${new URL(smtpUrl).host} has taken the mail`}.`;
}
