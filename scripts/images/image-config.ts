// What an image says about how it is run.
import { mustRun } from '../lib/run.ts';
import type { Tool } from './builder.ts';

export interface ImageConfig {
  command: readonly string[];
  env: Record<string, string>;
  /** `1000:1000`. */
  user: string;
  workingFolder: string;
  /** Empty: none. */
  healthCheck: readonly string[];
  labels: Readonly<Record<string, string>>;
}

/** In docker's format, which buildah nests. */
interface Config {
  Cmd: string[];
  Env: string[];
  User: string;
  WorkingDir: string;
  Healthcheck?: { Test: string[] };
  Labels?: Record<string, string>;
}

export const imageConfig = async (tool: Tool, image: string): Promise<ImageConfig> => {
  const inspected = JSON.parse(await mustRun(tool, ['inspect', '--type', 'image', image])) as
    | { Docker: { config: Config } }
    | [{ Config: Config }];
  const config = Array.isArray(inspected) ? inspected[0].Config : inspected.Docker.config;
  const [kind, ...healthCheck] = config.Healthcheck?.Test ?? [];
  return {
    command: config.Cmd,
    env: Object.fromEntries(config.Env.map((entry) => entry.split(/=(.*)/s, 2) as [string, string])),
    user: config.User,
    workingFolder: config.WorkingDir,
    healthCheck: kind === 'CMD' ? healthCheck : [],
    labels: config.Labels ?? {},
  };
};
