/** A PostgreSQL and a Redis of this run's own, so that nothing else is measured and nothing is left behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { startPostgres } from '../scripts/own-postgres.mjs';

/** @typedef {{ databaseUrl: string, redisUrl: string, scratch: string, stopRedis: () => Promise<void>, startRedis: () => Promise<void>, stop: () => Promise<void> }} Services */

/** @returns {Promise<Services>} */
export async function startServices() {
  const scratch = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const postgres = await startPostgres(await freePort());
  const redisPort = await freePort();
  const options = ['--port', `${redisPort}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const spawnRedis = () => spawn('redis-server', options, { stdio: 'ignore', cwd: scratch });
  let redis = spawnRedis();
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  const stopRedis = async () => {
    const ended = once(redis, 'exit');
    redis.kill();
    await ended;
  };
  const startRedis = async () => {
    redis = spawnRedis();
    await once(redis, 'spawn');
  };
  const stop = async () => {
    redis.kill();
    await postgres.stop();
    rmSync(scratch, { recursive: true, force: true });
  };
  try {
    await once(redis, 'spawn');
    await untilAnswers(async () => {
      const client = new pg.Client({ connectionString: postgres.url });
      await client.connect();
      await client.query('create database sallyport');
      await client.end();
    });
    await untilAnswers(async () => {
      const client = new Redis(redisUrl, { lazyConnect: true, retryStrategy: () => null });
      client.on('error', () => {});
      await client.connect().finally(() => client.disconnect());
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    databaseUrl: postgres.url.replace(/\/postgres$/, '/sallyport'),
    redisUrl,
    scratch,
    stopRedis,
    startRedis,
    stop,
  };
}

/** @returns {Promise<number>} */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((resolve) => {
    probe.close(resolve);
  });
  return typeof address === 'object' && address ? address.port : 0;
}

/** @param {() => Promise<void>} ask */
async function untilAnswers(ask) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 100) throw error;
      await sleep(100);
    }
  }
}
