import { spawnSync } from 'node:child_process';

/** A file system of a few bytes, mounted on a directory. */
export interface SmallDisk {
  /** Changes its size, such as `400m`. */
  resize(size: string): void;
  /** Makes it read-only. */
  freeze(): void;
  unmount(): void;
}

/** Whether {@link mountSmallDisk} works here: on Linux, as root, and in a container only with the right to mount. */
export function canMountDisks(): boolean {
  const isRoot = process.getuid?.() === 0;
  if (process.platform !== 'linux' || !isRoot) return false;
  return spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
}

/**
 * Mounts a tmpfs that can be filled for real.
 * @param size as mount(8) takes it: `24m`
 * @throws Error with what mount says
 */
export function mountSmallDisk(directory: string, size: string): SmallDisk {
  run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory);
  const remount = (option: string): void => run('mount', '-o', `remount,${option}`, directory);
  return {
    resize: (wanted) => remount(`size=${wanted}`),
    freeze: () => remount('ro'),
    unmount: () => run('umount', directory),
  };
}

function run(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr?.toString()}`);
}
