import type { Palette } from '../../platform/palette.js';

/** The one style sheet of all pages of a server. The CSP names it by its hash. */
export function pageStyle({ light, dark }: Palette): string {
  return `
:root { color-scheme: light dark; --page: #f3f5f8; --card: #fff; --ink: #1a2029; --soft: #556070; --line: #dde2e9;
  --accent: ${light.accent}; --button: ${light.button}; --on-button: ${light.onButton}; --bad: #a8231b; }
@media (prefers-color-scheme: dark) { :root { --page: #14171c; --card: #1f242c; --ink: #eef1f5; --soft: #aab4c2;
  --line: #39414d; --accent: ${dark.accent}; --button: ${dark.button}; --on-button: ${dark.onButton}; --bad: #ff9d94; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; padding: 6vh 16px; background: var(--page); color: var(--ink);
  font: 16px/1.55 -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; overflow-wrap: break-word; }
main { max-width: 460px; margin: 0 auto; padding: 36px; background: var(--card); border: 1px solid var(--line);
  border-radius: 14px; }
main.wide { max-width: 900px; }
h1 { margin: 0 0 12px; font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.01em; }
h2 { margin: 28px 0 8px; font-size: 1rem; }
p { margin: 0 0 16px; }
a { color: var(--accent); }
label { display: block; margin: 0 0 4px; font-weight: 600; }
input { width: 100%; padding: 12px; font: inherit; color: inherit; background: var(--page); border: 1px solid var(--soft);
  border-radius: 8px; }
button, .button { display: block; width: 100%; padding: 13px; font: inherit; font-weight: 600; text-align: center;
  text-decoration: none; color: var(--on-button); background: var(--button); border: 0; border-radius: 8px; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.logo { display: block; height: 40px; max-width: 100%; margin: 0 0 24px; object-fit: contain; object-position: left; }
.soft { color: var(--soft); }
footer { max-width: 460px; margin: 16px auto 0; padding: 0 36px; font-size: 0.875rem; color: var(--soft); }
.problem { margin: 0 0 16px; padding: 12px 14px; color: var(--bad); border: 1px solid currentColor; border-radius: 8px; }
.problem p { margin: 0; }
.problem ul { margin: 8px 0 0; padding: 0 0 0 20px; }
.mark { display: block; width: 40px; height: 40px; margin: 0 0 16px; color: var(--accent); }
.places { margin: 0; padding: 0; list-style: none; }
.places li { display: flex; flex-wrap: wrap; gap: 2px 16px; padding: 10px 0; border-top: 1px solid var(--line); }
.places a { flex: 0 0 200px; font-weight: 600; }
.places span { flex: 1 1 220px; color: var(--soft); }
pre { margin: 0 0 16px; padding: 14px; overflow-x: auto; background: var(--page); border: 1px solid var(--line);
  border-radius: 8px; font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre.wrap { white-space: pre-wrap; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.94rem; }
th, td { padding: 8px 12px 8px 0; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
th { color: var(--soft); font-weight: 400; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
iframe { width: 100%; height: 640px; border: 1px solid var(--line); border-radius: 8px; background: var(--page); }
nav { display: flex; gap: 16px; margin: 0 0 16px; }
nav a[aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
`;
}
