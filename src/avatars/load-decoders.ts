/** They take a fifth of a second to load, so they are loaded with the first picture; a test checks that a start does not load them. */
export function loadDecoders() {
  return (loading ??= load());
}

let loading: ReturnType<typeof load> | undefined;

async function load() {
  const [{ default: sharp }, { fileTypeFromBuffer }] = await Promise.all([import('sharp'), import('file-type')]);
  // libvips knows a hundred formats, and some of them (SVG, PDF, its own) read other files.
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  // One core for each picture, and no cache.
  sharp.concurrency(1);
  sharp.cache(false);
  return { sharp, fileType: fileTypeFromBuffer };
}

const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((format) => `VipsForeignLoad${format}Buffer`);
