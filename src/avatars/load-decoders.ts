/** They take a fifth of a second to load, so they are loaded with the first picture; a test holds that a start does without. */
export function loadDecoders() {
  return (loading ??= load());
}

let loading: ReturnType<typeof load> | undefined;

async function load() {
  const [{ default: sharp }, { fileTypeFromBuffer }] = await Promise.all([import('sharp'), import('file-type')]);
  // libvips knows a hundred formats, and some of them (SVG, PDF, its own) read other files.
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  // One core for a picture, and no memory of former ones.
  sharp.concurrency(1);
  sharp.cache(false);
  return { sharp, fileType: fileTypeFromBuffer };
}

const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((format) => `VipsForeignLoad${format}Buffer`);
