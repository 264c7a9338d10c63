/** What a client could send in place of a refresh token. */
export const NO_REFRESH_TOKENS = [
  '',
  'x',
  '.',
  '\u0000',
  '\ud800',
  'a'.repeat(500),
  '018f0000-0000-7000-8000-000000000000.',
  `018f0000-0000-7000-8000-000000000000.${'a'.repeat(43)}`,
  `018F0000-0000-7000-8000-000000000000.${'a'.repeat(43)}`,
  `018f0000-0000-7000-8000-000000000000.${'a'.repeat(43)}.x`,
  "' or 1=1 --",
];
