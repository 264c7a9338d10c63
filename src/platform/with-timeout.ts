/** The result of the work, or of `late` if it takes longer. The work is not cancelled: what it ends with later is ignored. */
export function withTimeout<Result, Late>(ms: number, work: Promise<Result>, late: () => Late): Promise<Result | Late> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  return Promise.race([work, timeout.then(late)]).finally(() => clearTimeout(timer));
}
