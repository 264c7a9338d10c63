import 'reflect-metadata';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest loads every module anew for each test file; for the whole product that is a second of processor time. The product is loaded
 * here instead, as built, once for each worker. Tests reach it by test/support/product.ts.
 */
export default class ProductEnvironment extends TestEnvironment {
  /** @override */
  async setup() {
    await super.setup();
    // The product asks `instanceof`: what a test hands over must be of its own realm.
    Object.assign(this.global, { Date, Error });
    const modules = await Promise.all(MODULES.map((name) => built(name)));
    // A class of a test takes their decorators from here: the product knows no other copy of them.
    const [typeGraphql, decorators] = await Promise.all([
      import('type-graphql'),
      import('@mikro-orm/decorators/legacy'),
    ]);
    this.global.product = Object.assign({ typeGraphql, decorators }, ...modules);
  }
}

const MODULES = [
  'gateway',
  'features',
  'api/graphql/permissions',
  'config/settings',
  'platform/log',
  'platform/mail/blocks',
  'platform/mail/define-mail',
  'platform/mail/enqueue-mail',
];

/**
 * @param {string} name
 * @returns {Promise<object>} what a module of the product exports
 */
function built(name) {
  return import(new URL(`../dist/src/${name}.js`, import.meta.url).href);
}
