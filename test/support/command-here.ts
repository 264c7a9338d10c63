import { printingTo, product } from './product.js';

interface Ended {
  code: number;
  stdout: string;
  errors: string;
  /** Both, in the order in which they were written. */
  output: string;
}

/** `sallyport …` in this process, which takes a hundredth of the time that one of its own takes to start. */
export async function commandHere(args: string[], settings: Record<string, string> = {}): Promise<Ended> {
  const ended: Ended = { code: 0, stdout: '', errors: '', output: '' };
  ended.code = await printingTo(
    (text, isError) => {
      ended[isError ? 'errors' : 'stdout'] += text;
      ended.output += text;
    },
    () => product.runCommand({ argv: args, env: settings, envFile: [], onSignal: () => {} }),
  );
  return ended;
}
