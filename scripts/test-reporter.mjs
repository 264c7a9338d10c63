import { writeFileSync } from 'node:fs';

/**
 * @typedef {Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests' | 'numRuntimeErrorTestSuites', number>} Numbers
 */

/** Leaves the numbers of a run for scripts/test.mjs. Jest's own --json would also name its file, which is gone by then. */
export default class NumbersReporter {
  /**
   * @param {unknown} _contexts
   * @param {Numbers} results
   */
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } = results;
    const numbers = { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites };
    if (process.env.TEST_RESULT) writeFileSync(process.env.TEST_RESULT, JSON.stringify(numbers));
  }
}
