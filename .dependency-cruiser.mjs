/**
 * Imports go right, never left: main → gateway → api → features → enrolled methods → journeys → methods → nouns → platform.
 * A method that users enrol has its folder to the left of the journeys: the end of an enrolment can be the end of a sign-in. So has
 * import/, which enrols what people bring along. features.ts lists what the folders bring. config/, errors.ts with extensions.ts and problems.ts, and limit-policies.ts are beside platform. context.ts and feature.ts
 * name what an operation may need and what a feature may bring, so they are imported by type only.
 */
const enrolled = '^src/(methods/(totp|passkey|provider)|import)/';
const journeys =
  '^src/(sign-up|sign-in|factors|recovery|step-up|account|admin|impersonation|resource-servers|coprocessor|shared-signals|webhooks)/';
const methods = '^src/methods/(?!totp/|passkey/|provider/)';
const nouns =
  '^src/((users|roles|passwords|registrations|identities|providers|challenges|sessions|revocations|keys|api-keys|service-accounts|audit|notices|avatars|data-exports|hooks)/|require-user\\.ts$)';
const platform = '^src/platform/';
const api = '^src/api/';
const features = '^src/(features|platform\\.feature)\\.ts$';
const gateway = '^src/gateway\\.ts$';
const main = '^src/(main\\.ts$|cli/)';
const shared = '^src/(config/|(errors|extensions|problems|limit-policies)\\.ts$)';
const context = '^src/(context|feature)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Decorator metadata reads the other class while it loads: a cycle is a crash. By type only it is none.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    left('config-and-errors', shared, [nouns, methods, journeys, enrolled, features, api, gateway, main, context]),
    left('platform', platform, [nouns, methods, journeys, enrolled, features, api, gateway, main, context]),
    left('nouns', nouns, [methods, journeys, enrolled, features, api, gateway, main]),
    left('methods', methods, [journeys, enrolled, features, api, gateway, main]),
    left('journeys', journeys, [enrolled, features, api, gateway, main]),
    left('enrolled-methods', enrolled, [features, api, gateway, main]),
    left('features', features, [api, gateway, main]),
    left('api', api, [gateway, main]),
    left('gateway', gateway, [main]),
    {
      name: 'context-by-type',
      comment: 'context.ts and feature.ts know every noun: importing them at run time would close a cycle.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: context, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'known-place',
      comment: 'Every file of src/ stands in a layer: a new folder is added above, with its place in the order.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [enrolled, journeys, methods, nouns, platform, features, api, gateway, main, shared, context],
      },
      to: {},
    },
    {
      name: 'shield-in-one-place',
      comment: 'Who may do what stands in one table.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/api/graphql/shield\\.ts$' },
      to: { path: 'node_modules/(graphql-shield|graphql-middleware)/' },
    },
    {
      name: 'product-without-development-packages',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'product-without-tests',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { path: '^(test|scripts)/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};

function left(name, from, to) {
  return { name: `${name}-imports-left`, severity: 'error', from: { path: from }, to: { path: to } };
}
