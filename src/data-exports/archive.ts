import type { Zip as ZipStream, ZipDeflate } from 'fflate';
import { htmlEnd, htmlRows, htmlSection, htmlStart } from './readable.js';

export interface Heading {
  /** The address of this server. */
  issuer: string;
  service: string;
  userId: string;
  at: Date;
}

export interface Section {
  name: string;
  title: string;
  /** JSON objects, some at a time. */
  rows: AsyncIterable<string[]>;
}

/**
 * A ZIP file with `data.json`, `data.html` and the picture. Rows are compressed as they arrive: only the compressed file and a few hundred
 * rows are in memory.
 */
export async function writeArchive(
  heading: Heading,
  sections: AsyncIterable<Section>,
  picture: Buffer | null,
): Promise<Buffer> {
  const { Zip, ZipDeflate: Deflate, ZipPassThrough } = await import('fflate');
  const zipped: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    zipped.push(chunk);
  });
  const mtime = heading.at;
  const json = added(zip, Object.assign(new Deflate('data.json'), { mtime }));
  const html = added(zip, Object.assign(new Deflate('data.html'), { mtime }));
  const { issuer, userId, at } = heading;
  json.push(Buffer.from(`{"format":"sallyport-data-export/1",${members({ issuer, userId, exportedAt: at })},"data":{`));
  html.push(Buffer.from(htmlStart(heading)));
  let first = true;
  for await (const section of sections) {
    json.push(Buffer.from(`${first ? '' : ','}\n${JSON.stringify(section.name)}:[`));
    first = false;
    await writeRows(section, json, html);
    json.push(Buffer.from(']'));
  }
  json.push(Buffer.from('\n}}\n'), true);
  html.push(Buffer.from(htmlEnd({ picture: picture !== null })), true);
  if (picture) {
    const file = Object.assign(new ZipPassThrough('picture.webp'), { mtime });
    zip.add(file);
    file.push(picture, true);
  }
  zip.end();
  return Buffer.concat(zipped);
}

async function writeRows({ name, title, rows }: Section, json: ZipDeflate, html: ZipDeflate): Promise<void> {
  let written = 0;
  for await (const some of rows) {
    if (written === 0) html.push(Buffer.from(htmlSection({ name, title })));
    json.push(Buffer.from(`${written === 0 ? '' : ','}\n${some.join(',\n')}`));
    html.push(Buffer.from(htmlRows({ rows: some.map((row) => JSON.parse(row) as Record<string, unknown>) })));
    written += some.length;
  }
}

function added(zip: ZipStream, file: ZipDeflate): ZipDeflate {
  zip.add(file);
  return file;
}

function members(values: object): string {
  return JSON.stringify(values).slice(1, -1);
}
