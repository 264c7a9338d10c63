import 'reflect-metadata';
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest loads every module anew for each test file; for the whole product that is a second of processor time. The product is loaded
 * here instead, as built, once for each worker. A test that imports a module of the product gets it from here (scripts/test-transform.mjs).
 */
export default class ProductEnvironment extends TestEnvironment {
  /** @override */
  async setup() {
    await super.setup();
    // The product asks `instanceof`: what a test hands over must be of its own realm.
    Object.assign(this.global, { Date, Error });
    estimators ??= (await built('passwords/worker-pool')).createWorkerPool(1, 300_000);
    const modules = await Promise.all(MODULES.map((name) => built(name)));
    // A class of a test takes their decorators from here: the product knows no other copy of them.
    const [typeGraphql, decorators] = await Promise.all([
      import('type-graphql'),
      import('@mikro-orm/decorators/legacy'),
    ]);
    this.global.product = Object.assign({ typeGraphql, decorators, estimators }, ...modules);
    this.global.builtModule = createRequire(import.meta.url);
    this.global.printingTo = printingTo;
  }
}

const MODULES = [
  'gateway',
  'features',
  'api/graphql/permissions',
  'config/config',
  'config/settings',
  'cli/commands',
  'platform/log',
  'platform/mail/blocks',
  'platform/mail/define-mail',
  'platform/mail/enqueue-mail',
];

/** @type {object | undefined} */
let estimators;

/** @type {AsyncLocalStorage<(text: string, isError: boolean) => void>} */
const printer = new AsyncLocalStorage();
for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream);
  stream.write = (/** @type {[any, ...any[]]} */ ...printed) => {
    const print = printer.getStore();
    if (!print) return write(...printed);
    print(String(printed[0]), stream === process.stderr);
    return true;
  };
}

/**
 * What the work writes to the terminal goes to `print` instead.
 *
 * @template Result
 * @param {(text: string, isError: boolean) => void} print
 * @param {() => Result} work
 */
function printingTo(print, work) {
  return printer.run(print, work);
}

/**
 * @param {string} name
 * @returns {Promise<any>} what a module of the product exports
 */
function built(name) {
  return import(new URL(`../dist/src/${name}.js`, import.meta.url).href);
}
