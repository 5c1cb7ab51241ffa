// An image's files as a folder on this machine: to measure them, and to run its command in them where there is no container runtime.
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun } from '../lib/run.ts';
import type { Tool } from './builder.ts';

export interface RootFolder {
  path: string;
  remove(): Promise<void>;
}

export const openRoot = async (tool: Tool, image: string): Promise<RootFolder> => {
  if (tool === 'buildah') {
    const container = (await mustRun('buildah', ['from', '--pull-never', image])).trim();
    const path = (await mustRun('buildah', ['mount', container])).trim();
    return {
      path,
      async remove() {
        await mustRun('buildah', ['umount', container]);
        await mustRun('buildah', ['rm', container]);
      },
    };
  }
  const folder = mkdtempSync(join(tmpdir(), 'checkout-root-'));
  const container = (await mustRun(tool, ['create', image])).trim();
  try {
    const archive = join(folder, 'root.tar');
    const path = join(folder, 'root');
    await mustRun(tool, ['export', '--output', archive, container]);
    await mustRun('mkdir', [path]);
    await mustRun('tar', ['--extract', '--file', archive, '--directory', path]);
    rmSync(archive);
    return { path, remove: async () => rmSync(folder, { recursive: true, force: true }) };
  } finally {
    await mustRun(tool, ['rm', container]);
  }
};

/** Bytes of all files, links not followed. A file with several names counts once. */
export const bytesIn = (folder: string): number => {
  const counted = new Set<number>();
  const count = (path: string): number => {
    let bytes = 0;
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) bytes += count(child);
      else if (entry.isFile()) {
        const { ino, nlink, size } = lstatSync(child);
        if (nlink > 1 && counted.has(ino)) continue;
        if (nlink > 1) counted.add(ino);
        bytes += size;
      }
    }
    return bytes;
  };
  return count(folder);
};
