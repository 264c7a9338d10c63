/** @typedef {import('./write-site.mjs').Page} Page */

/** The groups of the navigation; a page that no group names is in the last. @type {[title: string, pages: RegExp][]} */
const GROUPS = [
  ['Begin', /^(index|docs\/(factors|providers|errors|forms|branding|pictures|importing|limits|api-keys))\.html$/],
  ['Frontends', /^docs\/frontends\//],
  ['Other services', /^docs\/(federation|verifying-tokens|claims|keys|shared-signals|secrets)\.html$|^deploy\//],
  ['Operations', /^docs\/(audit|deployment|operations|reliability|performance|benchmarks|schema-changes)\.html$/],
  ['Moving in', /^docs\/migrating\//],
  ['Packages and examples', /^(packages|examples)\//],
  ['Decisions', /^docs\/decisions\//],
  ['The project', /./],
];

/**
 * @param {Page[]} pages
 * @param {string} current
 * @param {(path: string) => string} linkTo
 */
export function navigation(pages, current, linkTo) {
  const groups = GROUPS.map(([title]) => ({ title, pages: /** @type {Page[]} */ ([]) }));
  for (const page of pages) groups[GROUPS.findIndex(([, has]) => has.test(page.path))]?.pages.push(page);
  return groups
    .filter((group) => group.pages.length > 0)
    .map(({ title, pages: its }) => {
      const links = its.map(
        (page) =>
          `<li><a href="${linkTo(page.path)}"${page.path === current ? ' aria-current="page"' : ''}>${page.title.replaceAll('<', '&lt;')}</a></li>`,
      );
      const open = title === 'Begin' || its.some(({ path }) => path === current) ? ' open' : '';
      return `<details${open}><summary>${title}</summary><ul>\n${links.join('\n')}\n</ul></details>`;
    })
    .join('\n');
}
