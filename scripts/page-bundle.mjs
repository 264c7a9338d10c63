/**
 * `node scripts/page-bundle.mjs FILE [REACT] [PLATFORM]`: prints the code of a page, or of a program of Node, with all that it imports as one
 * ES module. Packages of this repository are taken from their sources, so that nothing must be built before.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const packages = join(dirname(fileURLToPath(import.meta.url)), '../packages');

/** @typedef {{ react?: '18' | '19', platform?: 'browser' | 'node', minify?: boolean }} BundleOptions */

/**
 * @param {string} input
 * @param {BundleOptions} [options]
 * @returns {Promise<string>}
 */
export async function bundlePage(input, { react = '19', platform = 'browser', minify = false } = {}) {
  const bundle = await rolldown({
    input,
    platform,
    logLevel: 'silent',
    resolve: {
      extensionAlias: { '.js': ['.js', '.ts', '.tsx'] },
      alias: {
        ...(react === '18' && { react: 'react-18', 'react-dom': 'react-dom-18' }),
        '@sallyport/react': join(packages, 'react/src/react.ts'),
        '@sallyport/client$': join(packages, 'client/src/sallyport.ts'),
        '@sallyport/client': join(packages, 'client/src'),
      },
    },
    transform: { define: { 'process.env.NODE_ENV': minify ? '"production"' : '"development"' } },
    plugins: [source],
  });
  const { output } = await bundle.generate({ format: 'esm', minify });
  await bundle.close();
  return output[0].code;
}

/** `@sallyport/client/apollo` is a file of the sources. */
const source = {
  name: 'sources',
  /** @param {string} name */
  resolveId(name) {
    const [, entry] = /^@sallyport\/client\/(\w[\w-]*)$/.exec(name) ?? [];
    return entry ? join(packages, `client/src/${entry}.ts`) : null;
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [input = '', react = '19', platform = 'browser', minify] = process.argv.slice(2);
  const options = /** @type {BundleOptions} */ ({ react, platform, minify: minify === 'minify' });
  process.stdout.write(await bundlePage(input, options));
}
