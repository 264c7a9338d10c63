import { printingTo, product } from './product.js';

/** `npm run keys -- …` in this process: what it prints. Throws what it complains of. */
export async function keysCommand(args: string[], settings: Record<string, string>): Promise<string> {
  let output = '';
  const code = await printingTo(
    (text) => (output += text),
    () => product.runCommand({ argv: ['keys', ...args], env: settings, envFile: [], onSignal: () => {} }),
  );
  if (code !== 0) throw new Error(output);
  return output;
}
