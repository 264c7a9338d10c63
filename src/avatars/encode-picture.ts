import { Refusal } from '../errors.js';
import type { Metrics } from '../platform/metrics.js';
import { createWorkQueue } from '../platform/work-queue.js';
import { ACCEPTED, WHAT_IS_ACCEPTED } from './accepted-pictures.js';
import { type AvatarSize, SIZES } from './avatar-name.js';
import { loadDecoders } from './load-decoders.js';

export interface PictureEncoder {
  /**
   * Makes the squares that are kept of a picture. Throws BAD_USER_INPUT for anything but an accepted picture, and SERVICE_UNAVAILABLE if
   * too many wait.
   */
  encode(bytes: Buffer): Promise<{ size: AvatarSize; bytes: Buffer }[]>;
  close(): Promise<void>;
}

export interface AvatarServices {
  pictures: PictureEncoder;
}

const TIMEOUT_SECONDS = 10;
/** The picture is the whole body of its request. */
const BODY = 'body';

/** One at a time: a picture of 40 million pixels takes 160 MB, and occupies a thread that also hashes passwords. */
export function createPictureEncoder(metrics: Metrics): PictureEncoder {
  const queue = createWorkQueue('encode', metrics, { work: 'picture', width: 1, maxWaiting: 8, maxWait: 5000 });
  return {
    async encode(bytes) {
      const { fileType } = await loadDecoders();
      // The type comes from the first bytes, not from the client. With more of them, the library would unpack archives.
      const found = await fileType(bytes.subarray(0, 4100));
      if (!DECODED.has(found?.mime ?? '')) throw unreadable(`found ${found?.mime ?? 'no type'}`);
      return queue.run(() => squares(bytes));
    },
    close: () => queue.close(),
  };
}

/** An animated PNG is a PNG whose first frame is the picture. */
const DECODED = new Set<string>([...ACCEPTED.types, 'image/apng']);

/**
 * Only pixels survive: everything else in the file (EXIF with the location, comments, another file at its end) is dropped. Decoded once;
 * both squares are made from the pixels.
 */
async function squares(bytes: Buffer): Promise<{ size: AvatarSize; bytes: Buffer }[]> {
  const { sharp } = await loadDecoders();
  const options = { limitInputPixels: ACCEPTED.maxPixels, failOn: 'error', pages: 1, autoOrient: true } as const;
  const decoding = sharp(bytes, options)
    .resize(SIZES[0], SIZES[0], { fit: 'cover' })
    .toColourspace('srgb')
    .timeout({ seconds: TIMEOUT_SECONDS })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { data, info } = await decoding.catch((error: Error) => {
    throw unreadable(error.message);
  });
  return Promise.all(
    SIZES.map(async (size) => ({
      size,
      bytes: await sharp(data, { raw: info }).resize(size, size).webp({ quality: 80 }).toBuffer(),
    })),
  );
}

function unreadable(detail: string): Refusal {
  const message = `This is no picture that can be read. ${WHAT_IS_ACCEPTED}`;
  const problems = [{ field: BODY, code: 'INVALID_FORMAT' as const, message }];
  return new Refusal('BAD_USER_INPUT', { field: BODY, message, problems, detail });
}
