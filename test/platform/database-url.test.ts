import { describe, expect, test } from '@jest/globals';
import { isPassing } from '../../src/platform/database.js';
import { parseDatabaseUrl } from '../../src/platform/database-url.js';

describe('DATABASE_URL', () => {
  test.each([
    [
      'postgres://ada:p%40ss@db.example.com:6543/auth',
      { host: 'db.example.com', port: 6543, user: 'ada', password: 'p@ss', database: 'auth' },
    ],
    ['postgresql://localhost/auth', { host: 'localhost', port: 5432, user: '', password: '', database: 'auth' }],
    ['postgres://ada@[::1]:7000/auth', { host: '::1', port: 7000, user: 'ada' }],
    ['postgres://ada@localhost/auth?host=/run/postgresql', { host: '/run/postgresql', user: 'ada', database: 'auth' }],
    ['postgres:///auth?host=/run/postgresql', { host: '/run/postgresql', user: '', database: 'auth' }],
    ['postgres://ada@/auth?host=/run/postgresql&port=5433', { host: '/run/postgresql', port: 5433, database: 'auth' }],
    ['postgres://%2Frun%2Fpostgresql/auth', { host: '/run/postgresql', database: 'auth' }],
    ['postgres://h/auth?sslmode=disable', { ssl: false }],
    ['postgres://h/auth?sslmode=verify-full', { ssl: {} }],
    ['postgres://h/auth?options=-c%20x%3D1&sslmode=require', { ssl: {}, options: '-c x=1' }],
    ['postgres://h/auth?sslmode=require&uselibpqcompat=true', { ssl: { rejectUnauthorized: false } }],
    ['postgres://h/auth?options=-c%20search_path%3Dauth', { options: '-c search_path=auth' }],
  ])('%s', (url, read) => {
    expect(parseDatabaseUrl(url)).toMatchObject(read);
  });

  test.each([
    ['mysql://h/auth', /^write a URL that begins with postgres:\/\//],
    ['postgres://h', /^name the database/],
    ['postgres://h/', /^name the database/],
    ['postgres://ada:hunter2%@h/auth', /^write a % of the user or the password as %25/],
    ['postgres://ada:hunter2#@h/auth', /^write a # of the user or the password as %23/],
    ['postgres://ada:hunter2@h:70000/auth', /^write it as postgres:\/\/user:password@host:5432\/name/],
    ['postgres://ada:hunter2@a,b/auth', /^name one host/],
    ['postgres://ada:hunter2@a:1,b:2/auth', /^write it as/],
    ['postgres://h/auth?schema=auth', /^the parameter schema is not honoured; there are host, /],
    ['postgres://h/auth?user=ada&password=hunter2', /^the parameter user is not honoured/],
    ['postgres://h/auth?hunter2+with+blanks', /^the parameter that is written there is not honoured/],
    ['postgres://h/auth?connect_timeout=5', /^the parameter connect_timeout is not honoured/],
    ['postgres://h/auth?toString=1', /^the parameter toString is not honoured/],
    ['postgres://h/auth?sslmode=requre', /^the parameter sslmode has a value that is not known/],
    ['postgres://h/auth?sslmode=require&sslmode=disable', /^name the parameter sslmode once/],
    ['postgres://h/auth?host=other.example.com', /^the parameter host is the folder of a socket/],
    ['postgres://h/auth?sslrootcert=/no/such/file', /^\/no\/such\/file cannot be read \(ENOENT\)/],
  ])('is refused, without quoting the password: %s', (url, sentence) => {
    expect(() => parseDatabaseUrl(url)).toThrow(sentence);
    expect(() => parseDatabaseUrl(url)).not.toThrow(/hunter2/);
  });
});

test.each(['57P01', '57P03', '55000', '40001', '40P01', '53300', '08006', '25006', 'ETIMEDOUT', 'ECONNREFUSED'])(
  'a failure of PostgreSQL that passes is no fault of the request: %s',
  (code) => {
    expect(isPassing(new Error('around', { cause: Object.assign(new Error('x'), { code }) }))).toBe(true);
  },
);

test.each(['23505', '42P01', '22P02', '42601', '55006'])('one that stays is not: %s', (code) => {
  expect(isPassing(Object.assign(new Error('x'), { code }))).toBe(false);
});
