import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

export const RED = { r: 220, g: 30, b: 30 };
export const BLUE = { r: 30, g: 30, b: 220 };

type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';

export function plain(format: Format, { width = 640, height = 480, color = RED } = {}): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: color } })
    .toFormat(format)
    .toBuffer();
}

/** Its first frame is red, the second one blue. */
export async function animated(format: 'gif' | 'webp'): Promise<Buffer> {
  const frames = [await plain('png'), await plain('png', { color: BLUE })];
  return sharp(frames, { join: { animated: true } })
    .toFormat(format)
    .toBuffer();
}

/** As a phone takes it: lying on its side with the orientation in EXIF, and with the place. Upright its upper half is red. */
export async function photograph(): Promise<Buffer> {
  const right = await plain('png', { width: 400, height: 400, color: BLUE });
  return sharp({ create: { width: 800, height: 400, channels: 3, background: RED } })
    .composite([{ input: right, left: 400, top: 0 }])
    .withMetadata({ orientation: 6 })
    .withExifMerge({
      IFD0: { Copyright: 'SECRET-COPYRIGHT', Make: 'SECRET-CAMERA' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '51/1 30/1 3230/100',
        GPSLongitudeRef: 'W',
        GPSLongitude: '0/1 7/1 4366/100',
      },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret>SECRET-XMP</secret></x:xmpmeta>')
    .jpeg()
    .toBuffer();
}

/** 30,000 by 30,000 pixels in about a hundred kilobytes, and all of it is there. */
export function bomb(): Buffer {
  const edge = 30_000;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(edge, 0);
  header.writeUInt32BE(edge, 4);
  // One bit for each pixel, grey.
  header[8] = 1;
  const rows = Buffer.alloc((1 + edge / 8) * edge);
  return png(['IHDR', header], ['IDAT', deflateSync(rows)], ['IEND', Buffer.alloc(0)]);
}

/** A PNG that says that it is this large, and holds next to nothing. */
export function claiming(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  return png(['IHDR', header], ['IDAT', deflateSync(Buffer.alloc(16))], ['IEND', Buffer.alloc(0)]);
}

/** The PNG with another chunk before its pixels. */
export function withChunk(picture: Buffer, type: string, data: Buffer): Buffer {
  const afterHeader = 8 + 25;
  return Buffer.concat([picture.subarray(0, afterHeader), pngChunk(type, data), picture.subarray(afterHeader)]);
}

function png(...chunks: [type: string, data: Buffer][]): Buffer {
  const written = chunks.map(([type, data]) => pngChunk(type, data));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...written]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** The colour at a place, from 0 to 1 in both directions, to the nearest of red and blue. */
export async function colourAt(picture: Buffer, x: number, y: number): Promise<'red' | 'blue'> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * (info.height - 1)) * info.width + Math.floor(x * (info.width - 1))) * info.channels;
  return data[at]! > data[at + 2]! ? 'red' : 'blue';
}

export function metadataOf(picture: Buffer) {
  return sharp(picture).metadata();
}
