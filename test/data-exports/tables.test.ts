import { beforeAll, describe, expect, test } from '@jest/globals';
import { FEATURES, gather } from '../../src/features.js';
import { PERSON, type PersonalTable } from '../../src/platform/personal-data.js';
import { download, exportOf, openArchive } from '../support/data-exports.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { type SignedInPerson, signedInPerson } from '../support/people.js';
import { type Column, COLUMNS, type Written, writeRows } from '../support/rows-of-person.js';

const words = gather(FEATURES, 'personalData');
const tables = words.filter((word): word is PersonalTable => 'of' in word);

let gateway: TestGateway;
let columns: Column[];
let person: SignedInPerson;
let written: Written[];
let ofAnother: Written[];
let archive: Awaited<ReturnType<typeof openArchive>>;
beforeAll(async () => {
  gateway = await startGateway();
  columns = await gateway.database.sql<Column>(COLUMNS);
  person = await signedInPerson(gateway);
  const other = await signedInPerson(gateway);
  written = await writeRows(gateway.database.url, tables, columns, person);
  ofAnother = await writeRows(gateway.database.url, tables, columns, other);
  // They have a second factor now.
  const verified = 'update sessions set factor_verified_at = $1 where id = $2';
  await gateway.database.sql(verified, [gateway.clock.now(), person.sessionId]);
  const { downloadUrl } = await exportOf(gateway, person.accessToken);
  archive = await openArchive(await download(gateway, downloadUrl!, person.accessToken));
});

test('each table of the database has an entry on what an export contains of it', () => {
  const found = [...new Set(columns.map(({ table }) => table))];
  expect(words.map(({ table }) => table).toSorted()).toEqual(found.toSorted());
});

test.each(tables)('each column of $table is in the export, or has a reason why not', ({ table, gives, withholds }) => {
  const given = gives.map((one) => (typeof one === 'string' ? one : one.column));
  const named = new Set([...given, ...Object.keys(withholds)]);
  const found = columns.filter((one) => one.table === table).map(({ column }) => column);
  expect(found.filter((column) => !named.has(column))).toEqual([]);
  expect(Object.keys(withholds).filter((column) => !found.includes(column) || given.includes(column))).toEqual([]);
});

describe.each(tables)('of $table', (table) => {
  const name = table.table;

  test('the export has the rows that the database has, and each value that it promises', async () => {
    const of = `${PERSON} select count(*)::int as n from ${name} t cross join person where ${table.of}`;
    const [row] = await gateway.database.sql<{ n: number }>(of, [person.id]);
    const rows = archive.data[name]!;
    // The mail about the export is younger than it, and so is the event of its download.
    expect(rows).toHaveLength(row!.n - (name === 'mails' || name === 'audit_events' ? 1 : 0));
    expect(rows.length).toBeGreaterThan(0);
    const promised = new Set(table.gives.filter((one) => typeof one === 'string'));
    const ours = written.filter((one) => one.table === name && promised.has(one.column));
    const text = JSON.stringify(rows);
    expect(ours.filter(({ value }) => !text.includes(value))).toEqual([]);
    expect(ours.filter(({ value }) => !archive.html.includes(value))).toEqual([]);
  });

  test('nothing that it withholds is in the export, in whatever file', () => {
    const secret = written.filter((one) => one.table === name && one.column in table.withholds);
    const everything = archive.json + archive.html;
    expect(secret.filter(({ value }) => everything.includes(value))).toEqual([]);
  });

  test('nothing of another person is in it', () => {
    const everything = archive.json + archive.html;
    const theirs = ofAnother.filter((one) => one.table === name);
    expect(theirs.filter(({ value }) => everything.includes(value))).toEqual([]);
  });
});
