export interface Comparison {
  /** Median of the second sample less that of the first, in milliseconds. */
  gap: number;
  medians: [number, number];
  /** Mann-Whitney's U as a normal deviate: 3.3 and beyond comes by chance once in a thousand times. */
  z: number;
  /** Nobody can tell the two apart: the gap drowns in any network, or is chance. */
  alike: boolean;
}

const MOST_GAP = 8;
const MOST_Z = 3.3;

/** Whether two samples of answer times (milliseconds) come from one distribution, for all that somebody who waits for the answer can see. */
export function compare(first: number[], second: number[]): Comparison {
  const medians: [number, number] = [median(first), median(second)];
  const gap = medians[1] - medians[0];
  const z = mannWhitney(first, second);
  return { gap, medians, z, alike: Math.abs(gap) <= MOST_GAP || Math.abs(z) < MOST_Z };
}

export function median(sample: number[]): number {
  const sorted = sample.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Positive where the second sample tends to be larger. Ties count half; times in fractions of a millisecond have next to none. */
function mannWhitney(first: number[], second: number[]): number {
  let u = 0;
  for (const one of first) for (const other of second) u += other > one ? 1 : other === one ? 0.5 : 0;
  const [n, m] = [first.length, second.length];
  return (u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
}
