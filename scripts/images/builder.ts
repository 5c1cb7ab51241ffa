// The program that builds images: docker, podman or buildah, whichever works here.
import { existsSync } from 'node:fs';
import { REPOSITORY } from '../lib/paths.ts';
import { mustRun, run } from '../lib/run.ts';
import { SetupError } from '../lib/setup-error.ts';
import { onPath } from '../lib/tools/on-path.ts';

const TOOLS = ['docker', 'podman', 'buildah'] as const;
export type Tool = (typeof TOOLS)[number];

const works = async (tool: Tool): Promise<boolean> => {
  if (!onPath(tool)) return false;
  // docker's client is often there without its daemon.
  return (await run(tool, tool === 'docker' ? ['version', '--format', '{{.Server.Version}}'] : ['info'])).code === 0;
};

/** The first that works, or the one that IMAGE_BUILDER names. Throws a SetupError that says what to install. */
export const findTool = async (env: NodeJS.ProcessEnv): Promise<Tool> => {
  const wanted = env.IMAGE_BUILDER;
  for (const tool of TOOLS) if ((!wanted || wanted === tool) && (await works(tool))) return tool;
  throw new SetupError(
    wanted
      ? `IMAGE_BUILDER=${wanted} does not work here; known are ${TOOLS.join(', ')}`
      : 'images need docker (with its daemon running), podman or buildah: install one, on Debian "apt-get install buildah"',
  );
};

export const hasImage = async (tool: Tool, image: string): Promise<boolean> =>
  (await run(tool, tool === 'docker' ? ['image', 'inspect', image] : ['inspect', '--type', 'image', image])).code === 0;

/** False when the registry can't be reached or does not have it. */
export const pull = async (tool: Tool, image: string): Promise<boolean> =>
  (await run(tool, ['pull', image])).code === 0;

export interface ImageToBuild {
  target: string;
  /** Name with tag. */
  image: string;
  nodeImage: string;
  version: string;
  revision: string;
}

/** Builds without a container runtime: it works in containers and for every user. Only docker's format keeps health checks. */
const WITHOUT_RUNTIME = ['--isolation', 'chroot', '--format', 'docker', '--layers'];

/** Builds one stage of the Dockerfile and names it. */
export const buildImage = async (tool: Tool, { target, image, ...args }: ImageToBuild): Promise<void> => {
  const { NODE_EXTRA_CA_CERTS: authority } = process.env;
  const parts = { NODE_IMAGE: args.nodeImage, VERSION: args.version, REVISION: args.revision };
  await mustRun(
    tool,
    [
      'build',
      ...(tool === 'docker' ? [] : WITHOUT_RUNTIME),
      ...['--file', 'Dockerfile', '--target', target, '--tag', image],
      ...Object.entries(parts).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      ...(authority && existsSync(authority) ? ['--secret', `id=ca,src=${authority}`] : []),
      '.',
    ],
    { cwd: REPOSITORY, env: { ...process.env, DOCKER_BUILDKIT: '1' } },
  );
};
