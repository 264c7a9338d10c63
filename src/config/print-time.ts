/** In the largest unit in which it is whole: 10m, 1h, 1d, as settings are written. */
export function printTime(ms: number): string {
  const [unit = 's', length = 1000] = UNITS.find(([, length]) => ms % length === 0) ?? [];
  return `${ms / length}${unit}`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;
