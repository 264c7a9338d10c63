import { expect, test } from '@jest/globals';
import { ormOptions } from '../../mikro-orm.config.js';
import { loadConfig } from '../../src/config/config.js';
import { openDatabase } from '../../src/platform/database.js';
import { cloneDatabase } from '../support/database.js';
import { quietLog } from '../support/quiet-log.js';

// The servers of the tests have no TLS, or a certificate that nobody has signed.
test.each(['require', 'verify-full'])(
  'sslmode=%s of DATABASE_URL is obeyed: no connection without what it asks for',
  async (mode) => {
    const { url, drop } = await cloneDatabase();
    const open = async (settings: Record<string, string>) => {
      const database = await openDatabase(loadConfig({ NODE_ENV: 'test', ...settings }), ormOptions, quietLog().log);
      try {
        return await database.sql('answers', 'select 1 as one', []);
      } finally {
        await database.close();
      }
    };
    expect(await open({ DATABASE_URL: url })).toEqual([{ one: 1 }]);
    await expect(open({ DATABASE_URL: `${url}?sslmode=${mode}` })).rejects.toThrow(/SSL|certificate/i);
    await drop();
  },
);
