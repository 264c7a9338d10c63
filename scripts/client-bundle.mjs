/**
 * `node scripts/client-bundle.mjs ENTRY…`: prints entries of @sallyport/client with all that they import, as a bundler of an
 * application makes them: one ES module each, minified. JSON, by entry. In a process of its own, since jest's globals confuse rolldown.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const source = join(dirname(fileURLToPath(import.meta.url)), '../packages/client/src');

const bundles = process.argv.slice(2).map(async (entry) => {
  const bundle = await rolldown({
    input: join(source, `${entry}.ts`),
    resolve: { extensionAlias: { '.js': ['.ts'] } },
    logLevel: 'silent',
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  return [entry, output[0].code];
});
console.log(JSON.stringify(Object.fromEntries(await Promise.all(bundles))));
