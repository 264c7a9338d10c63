import pg from 'pg';
import { type ServerWatch, silence, SUSPICIOUS_AFTER } from './server-watch.js';
import { current, span } from './span.js';
import { statementSpan } from './statement-span.js';

/** Milliseconds after which PostgreSQL itself ends a statement. Our own limit is longer: it matters only if PostgreSQL is silent. */
const STATEMENT_TIMEOUT = 15_000;
const MAX_WAIT_MS = STATEMENT_TIMEOUT + 2_000;

/**
 * The session settings that every statement relies on. Set after connecting, since poolers refuse most of them as start-up parameters, and
 * set explicitly, since a database, a role or a server may have other defaults: with a German DateStyle no time could be parsed, and with
 * serializable transactions concurrent refreshes made each other fail. Text with a backslash is escaped for standard strings: with others
 * it would become SQL.
 */
const SESSION = Object.entries({
  client_encoding: 'UTF8',
  standard_conforming_strings: 'on',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  array_nulls: 'on',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  statement_timeout: `${STATEMENT_TIMEOUT}`,
  lock_timeout: '0',
  idle_in_transaction_session_timeout: `${STATEMENT_TIMEOUT}`,
})
  .map(([name, value]) => `set ${name} = '${value}'`)
  .join('; ');

/** For statements of the ORM. A prepared statement has its span in database.ts. */
function textOf([config, values, callback]: unknown[]): string | undefined {
  if (typeof values === 'function' || typeof callback === 'function') return undefined;
  if (typeof config === 'string') return config;
  const { name, text, submit } = config as { name?: unknown; text?: unknown; submit?: unknown };
  return typeof text === 'string' && name === undefined && submit === undefined ? text : undefined;
}

type Release = (error?: Error | boolean) => void;

interface ParameterStatus {
  parameterName: string;
  parameterValue: string;
}

/**
 * The client of every pool.
 *
 * - It has the session's settings before the pool lends it.
 * - A silent connection is destroyed: an abandoned statement would continue in it, and the next one would wait behind it.
 * - A connection that has ended leaves the pool by itself. Kysely never gives back that of a transaction whose rollback
 *   failed, and each of them would be a place of the pool that is lost.
 * - With `primary`, a server that takes no writes is not read from either: a standby may be behind, and a primary that was
 *   replaced knows nothing of the sign-outs since. The next connection may find the new one.
 */
export function clientThatWatches(watch: ServerWatch, { primary = false } = {}): typeof pg.Client {
  return class WatchedClient extends pg.Client {
    #askedAt = 0;
    #over = false;
    #timer: NodeJS.Timeout | undefined;
    #release: Release | undefined;

    constructor(config?: pg.ClientConfig) {
      super(config);
      // Statements fail with the connection's errors. Without a listener, an error between two statements would end the process.
      this.on('error', () => {});
      // Before the driver's own listener, from which the pool may send the next statement at once, whose wait begins anew.
      this.connection.prependListener('readyForQuery', () => this.#heard());
      this.once('end', () => this.#ended());
      // PostgreSQL reports it with the first answer after the change, just before its end: that answer must not count either.
      if (primary)
        this.connection.on('parameterStatus', ({ parameterName, parameterValue }: ParameterStatus) => {
          if (parameterName !== 'default_transaction_read_only' || parameterValue !== 'on') return;
          this.connection.emit('error', readOnly());
          this.giveUp(readOnly());
        });
    }

    override connect(): Promise<this & undefined>;
    override connect(callback: (error: Error) => void): void;
    override connect(callback?: (error: Error) => void): Promise<this & undefined> | void {
      const opened = this.#open() as Promise<this & undefined>;
      if (!callback) return opened;
      opened.then(() => callback(null as never), callback);
    }

    override query(...given: unknown[]): never {
      if (watch.silent) this.giveUp(silence());
      else if (!this.#over) this.#asks();
      const send = () => (super.query as (...given: unknown[]) => unknown).apply(this, given) as never;
      const text = current()?.span && textOf(given);
      return text ? (span(...statementSpan(text), async () => send()) as never) : send();
    }

    giveUp(error: Error): void {
      this.connection.stream.destroy(error);
    }

    /** Set by the pool at each checkout. A connection that ends while checked out is released then; a second release does nothing. */
    get release(): Release | undefined {
      return this.#release;
    }

    set release(release: Release) {
      let released = false;
      this.#release = (error) => {
        if (!released) release(error);
        released = true;
      };
    }

    async #open(): Promise<void> {
      if (watch.silent) throw silence();
      await super.connect();
      try {
        const answers = (await super.query(`${SESSION}; show transaction_read_only`)) as unknown as pg.QueryResult[];
        if (primary && answers.at(-1)?.rows[0]?.transaction_read_only === 'on') throw readOnly();
      } catch (error) {
        this.giveUp(error as Error);
        throw error;
      }
    }

    #asks(): void {
      this.#askedAt = performance.now();
      watch.asked(this);
      if (this.#timer) this.#timer.refresh();
      else this.#timer = setInterval(() => this.#hearsNothing(), SUSPICIOUS_AFTER);
    }

    #hearsNothing(): void {
      if (performance.now() - this.#askedAt > MAX_WAIT_MS) this.giveUp(silence());
      else watch.suspect();
    }

    #heard(): void {
      watch.heard(this);
      this.#rest();
    }

    #ended(): void {
      this.#over = true;
      watch.gone(this);
      this.#rest();
      this.#release?.(true);
    }

    #rest(): void {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  };
}

function readOnly(): Error {
  const sentence = 'PostgreSQL takes no writes: it is a standby, or default_transaction_read_only is on';
  return Object.assign(new Error(sentence), { code: '25006' });
}
