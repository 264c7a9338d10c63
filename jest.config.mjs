/** Run through `npm test` (scripts/test.mjs), which finds the services and passes their addresses on. */
export default {
  testEnvironment: '<rootDir>/scripts/test-environment.mjs',
  roots: ['<rootDir>/test'],
  reporters: ['default', '<rootDir>/scripts/test-reporter.mjs'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@sallyport/client$': '<rootDir>/packages/client/src/sallyport',
  },
  transform: {
    '\\.ts$': [
      '<rootDir>/scripts/test-transform.mjs',
      {
        sourceMaps: 'inline',
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  setupFiles: ['reflect-metadata'],
  // One more than the cores of a small machine: much of a test is waiting.
  maxWorkers: 3,
  // A worker holds the whole product: on a busy machine it takes longer than half a second to free it, with nothing left open.
  workerGracefulExitTimeout: 10_000,
  testTimeout: 120_000,
};
