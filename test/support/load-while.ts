/** Does each of `acts` again and again, all of them at once, while `cause` runs. */
export async function loadWhile(acts: (() => Promise<unknown>)[], cause: () => Promise<void>): Promise<void> {
  const over = new AbortController();
  const loops = acts.map(async (act) => {
    while (!over.signal.aborted) await act();
  });
  try {
    await cause();
  } finally {
    over.abort();
    await Promise.all(loops);
  }
}
