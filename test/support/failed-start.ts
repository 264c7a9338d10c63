import { expect } from '@jest/globals';
import { runCommand, temporaryFolder } from './server-process.js';

/** Starts, and must fail: not with a stack, but with sentences, which are the answer. */
export async function failedStart(settings: Record<string, string>): Promise<string> {
  const { code, output } = await runCommand([], { PORT: '0', DATA_DIR: temporaryFolder(), ...settings });
  expect(code).toBe(1);
  expect(output).not.toMatch(/^\s+at /m);
  expect(output).not.toContain('listening');
  return output;
}
