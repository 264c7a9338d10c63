/**
 * `node scripts/common-passwords.mjs LIST…`: writes src/passwords/common-passwords.br from lists of one password a line, plain or
 * gzipped, and from the one that zxcvbn brings. src/passwords/common-passwords.md says which lists, and under what licences.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gunzipSync } from 'node:zlib';
import { dictionary } from '@zxcvbn-ts/language-common';

const target = join(dirname(fileURLToPath(import.meta.url)), '../src/passwords/common-passwords.br');

/** PASSWORD_MIN_LENGTH cannot be less. */
const SHORTEST = 8;

const lists = process.argv.slice(2).map((file) => linesOf(readFileSync(file)));
if (lists.length === 0) throw new Error('Name the lists: node scripts/common-passwords.mjs LIST…');

const common = new Set([...lists.flat(), ...(dictionary['passwords-common'] ?? []).map(String)].map(folded));
const kept = [...common].filter((password) => Array.from(password).length >= SHORTEST);
// In the order of their bytes, in which strength.worker.ts searches.
const sorted = kept.map((password) => Buffer.from(password)).sort((one, other) => Buffer.compare(one, other));
const text = Buffer.concat(sorted.flatMap((password) => [password, Buffer.from('\n')]));
writeFileSync(target, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } }));
console.log(`${kept.length} passwords`);

/** @param {Buffer} file */
function linesOf(file) {
  const plain = file[0] === 0x1f && file[1] === 0x8b ? gunzipSync(file) : file;
  // Lines that begin with #! are John the Ripper's comments.
  return plain
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#!') && !line.includes('\ufffd'));
}

/** As the policy looks them up. @param {string} password */
function folded(password) {
  return password.normalize('NFC').toLowerCase();
}
