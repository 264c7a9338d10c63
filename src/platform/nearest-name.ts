/** The known name that was probably meant; undefined if none is close. `allowed` says how many letters may differ from a known name. */
export function nearestName(name: string, known: Iterable<string>, allowed = maxDistance): string | undefined {
  return [...known]
    .map((one) => ({ one, apart: distance(name, one) }))
    .filter(({ one, apart }) => apart <= allowed(one))
    .sort((first, second) => first.apart - second.apart)[0]?.one;
}

function maxDistance({ length }: string): number {
  if (length < 4) return 0;
  return length < 8 ? 1 : 2;
}

/** The number of missing, extra, wrong or swapped letters (optimal string alignment). */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return Infinity;
  let [before, last] = [[] as number[], Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const [left = 0, above = 0, diagonal = 0] = [next[column - 1], last[column], last[column - 1]];
      const cost = Math.min(left + 1, above + 1, diagonal + (same ? 0 : 1));
      next.push(swapped ? Math.min(cost, (before[column - 2] ?? 0) + 1) : cost);
    }
    [before, last] = [last, next];
  }
  return last[other.length] ?? Infinity;
}
