// The room rules of the architecture, checked on every import, type-only ones included.
const room = (name) => `^${name}/`;
const rooms = [
  'domain',
  'contracts',
  'db',
  'chain',
  'network',
  'tracing',
  'emails',
  'workflows',
  'activities',
  'worker',
  'sdk',
  'web',
  'scripts',
  'bench',
  'simulate',
  'attack',
  'test',
];

/** A rule: files of `from` may import, of all rooms, only themselves and `allowed`. */
const only = (from, allowed, pathNot) => ({
  name: `${from}-imports-only-downwards`,
  severity: 'error',
  from: { path: room(from), ...(pathNot ? { pathNot } : {}) },
  to: { path: rooms.filter((other) => other !== from && !allowed.includes(other)).map(room) },
});

/** What the server runs as it is. Everything else below web/ is bundled. */
const SERVER_CODE = [
  '^web/(server|create-server|env|routes)\\.ts$',
  '^web/(api|auth|chains|http|development)/',
  '^web/.+/server/',
  '^web/access/store-access\\.ts$',
  '^web/dashboard/frame/dashboard-services\\.ts$',
];
const AREAS = ['checkout', 'pay', 'account', 'dashboard', 'operator', 'docs', 'demo', 'home'];
/** Parts that only the dashboard and the console import. */
const DASHBOARD_PARTS = [
  '^web/ui/(charts|palette)/',
  '^web/ui/(app-frame|badge|button|card|data-table|empty-state|live-notice|local-time|money|page-header|page-progress)\\.tsx$',
  '^web/ui/(pager|select|share|status-badge|store-name|summary|tabs)\\.tsx$',
];
/** What every area may import. */
const SHARED = ['ui', 'text', 'access', 'chains', 'http', 'api', 'auth'];
/** One area's use of another. */
const CROSSINGS = {
  // AllScale Pay on the checkout is an account's wallet.
  checkout: ['account'],
  account: ['checkout'],
  // One log-in for shoppers and merchants; refunds are signed in a browser wallet.
  dashboard: ['account', 'checkout/browser-wallet', 'checkout/server', 'pay/parts', 'pay/server', 'pay/text'],
  // The checkout's store and colours; a press leads there.
  pay: ['checkout/parts', 'checkout/server'],
  // The console stands in the dashboard's frame.
  operator: ['dashboard/changes', 'dashboard/frame', 'dashboard/orders', 'dashboard/team'],
};

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    only('domain', []),
    only('contracts', []),
    only('db', ['domain']),
    only('chain', ['domain', 'contracts']),
    only('network', []),
    only('tracing', ['domain']),
    only('emails', ['domain']),
    only('workflows', ['domain', 'activities']),
    only('activities', ['domain', 'db', 'chain', 'network', 'emails', 'workflows']),
    only('worker', ['domain', 'db', 'chain', 'network', 'tracing', 'emails', 'workflows', 'activities', 'contracts']),
    only('sdk', []),
    only('web', ['domain', 'db', 'workflows', 'chain', 'network', 'tracing', 'sdk']),
    {
      name: 'only-the-demo-shop-is-a-client',
      severity: 'error',
      from: { path: '^web/', pathNot: '^web/demo/' },
      to: { path: '^sdk/' },
    },
    {
      name: 'the-client-package-stands-alone',
      comment: 'It is published: fetch and WebCrypto, no dependency.',
      severity: 'error',
      from: { path: '^sdk/' },
      to: { pathNot: '^sdk/' },
    },
    {
      name: 'web-reads-chains-through-the-pool',
      comment: 'Balances, gas, receipts, and the broadcast of what a shopper signed: decision 0010.',
      severity: 'error',
      from: { path: '^web/', pathNot: '^web/development/' },
      to: { path: '^chain/', pathNot: '^chain/(rpc-(pool|errors|metrics)|address-code|chains-file)\\.ts$' },
    },
    {
      name: 'only-development-pays-on-local-chains',
      comment: 'The development wallet; simulations are carried out by the worker (decision 0080).',
      severity: 'error',
      from: { path: '^web/development/' },
      to: { path: '^chain/', pathNot: '^chain/(rpc-(pool|errors)\\.ts$|local/)' },
    },
    {
      name: 'e-mail-templates-run-compiled',
      comment: 'They are JSX: worker/email-templates.ts compiles and loads them.',
      severity: 'error',
      from: { pathNot: '^(emails|test)/' },
      to: { path: '^emails/.*(\\.tsx|render-email\\.ts)$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'server-code-runs-without-jsx',
      comment: 'Node loads these files without a build, and it cannot load .tsx.',
      severity: 'error',
      from: { path: '^web/.*/server/.*\\.ts$' },
      to: { path: '\\.tsx$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-import-only-types-of-activities',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'activities-and-web-see-only-workflow-messages',
      severity: 'error',
      from: { path: '^(activities|web)/' },
      to: { path: '^workflows/', pathNot: '^workflows/messages\\.ts$' },
    },
    {
      name: 'domain-and-workflows-are-pure',
      comment: 'No I/O, clock or environment in the rules, and nothing but Temporal in the workflows.',
      severity: 'error',
      from: { path: '^(domain|workflows)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'domain-packages',
      severity: 'error',
      from: { path: '^domain/' },
      to: { path: 'node_modules/', pathNot: 'node_modules/(@noble/hashes|hash-wasm|temporal-polyfill|temporal-spec)/' },
    },
    {
      name: 'workflow-packages',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: 'node_modules/', pathNot: 'node_modules/@temporalio/(workflow|common)/' },
    },
    {
      name: 'bundled-code-imports-only-types-of-server-code',
      comment:
        'Vite bundles pages and their parts. Server modules hold state: bundled, their classes would exist twice.',
      severity: 'error',
      from: { path: '^web/', pathNot: SERVER_CODE },
      to: { path: ['^db/', ...SERVER_CODE], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'development-code-is-loaded-on-demand',
      comment: 'A production process never holds it: import() below a condition.',
      severity: 'error',
      from: { path: '^web/', pathNot: '^web/development/' },
      to: { path: '^web/development/', pathNot: 'script-path', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    ...AREAS.map((area) => ({
      name: `web-${area}-imports-shared-code-or-what-is-named-here`,
      severity: 'error',
      from: { path: `^web/${area}/` },
      to: {
        path: '^web/[^/]+/',
        pathNot: [area, ...SHARED, ...(CROSSINGS[area] ?? [])].map((name) => `^web/${name}/`),
      },
    })),
    {
      name: 'pages-of-app-css-import-only-its-parts',
      comment: 'web/ui/app.css has no classes of the other parts: a shopper does not load dashboard.css.',
      severity: 'error',
      from: { path: '^web/(root\\.tsx$|(checkout|pay|account|docs|demo|home)/|ui/)', pathNot: DASHBOARD_PARTS },
      to: { path: DASHBOARD_PARTS, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'shipped-code-needs-no-test-or-script',
      severity: 'error',
      from: { pathNot: '^(test|bench|scripts|simulate|attack)/' },
      to: { path: '^(test|bench|scripts|simulate|attack)/' },
    },
    {
      name: 'not-to-dev-dependency',
      comment: 'Production never builds: esbuild is loaded only outside it, or by worker/build-emails.ts.',
      severity: 'error',
      from: {
        path: '^(domain|db|chain|network|emails|workflows|activities|worker|web)/',
        pathNot: '^(web/(routes|vite-env\\.d|development/hot-reload)|worker/email-templates)\\.ts$',
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|contracts/out|contracts/cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      conditionNames: ['import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
