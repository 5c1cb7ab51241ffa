// The time-skipping Temporal test server for workflow tests: downloaded by the SDK, or else from Maven with a start script. Tests pass the path as `server: { executable: { type: 'existing-path', path } }`.
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../lock-file.ts';
import { cacheDir } from '../paths.ts';
import { type Progress, step, toStderr } from '../progress.ts';
import { mustRun } from '../run.ts';
import { SetupError } from '../setup-error.ts';
import { onPath } from './on-path.ts';
import { downloadWithSdk } from './sdk-download.ts';

const MAVEN_VERSION = '1.38.0';

/** The path of an executable test server. Throws a SetupError that says what to install. */
export async function temporalTestServer(progress: Progress = toStderr): Promise<string> {
  const configured = process.env.TEMPORAL_TEST_SERVER;
  if (configured) {
    if (existsSync(configured)) return configured;
    throw new SetupError(`TEMPORAL_TEST_SERVER is ${configured}, where there is no file`);
  }
  const folder = join(cacheDir(), `temporal-test-server-${MAVEN_VERSION}`);
  const launcher = join(folder, 'temporal-test-server');
  if (existsSync(launcher)) return launcher;
  return await withLock(`${folder}.lock`, progress, async () => {
    if (existsSync(launcher)) return launcher;
    mkdirSync(folder, { recursive: true });
    const downloaded = await downloadWithSdk('time-skipping', progress);
    if (downloaded) renameSync(downloaded, launcher);
    else await fromMaven(folder, launcher, progress);
    return launcher;
  });
}

async function fromMaven(folder: string, launcher: string, progress: Progress): Promise<void> {
  if (!onPath('mvn') || !onPath('java')) {
    throw new SetupError(
      'the time-skipping Temporal test server could not be downloaded: install Java 17 and Maven (Debian: apt-get install default-jdk-headless maven), or set TEMPORAL_TEST_SERVER to its path',
    );
  }
  const pom = join(folder, 'pom.xml');
  writeFileSync(
    pom,
    `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>checkout</groupId>
  <artifactId>temporal-test-server-launcher</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${MAVEN_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`,
  );
  const jars = join(folder, 'jars');
  rmSync(jars, { recursive: true, force: true });
  await step(progress, 'fetching the time-skipping Temporal test server from Maven (once)', async () => {
    await mustRun('mvn', [
      '--batch-mode',
      '--quiet',
      '--file',
      pom,
      'dependency:copy-dependencies',
      `-DoutputDirectory=${jars}`,
    ]);
  });
  const script = `${launcher}.sh`;
  writeFileSync(script, `#!/bin/sh\nexec java -cp "$(dirname "$0")/jars/*" io.temporal.testserver.TestServer "$@"\n`);
  chmodSync(script, 0o755);
  renameSync(script, launcher);
}
