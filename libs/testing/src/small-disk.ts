import { spawnSync } from 'node:child_process';

/** A file system of a few bytes, mounted on a directory. */
export interface SmallDisk {
  /** Changes its size, for example to `400m`. */
  resize(size: string): void;
  /** Makes it read-only, also while files on it are open for writing: what is open stays writable. */
  freeze(): void;
  /** Makes it writable again. */
  thaw(): void;
  /** Allows this many files and directories. @throws Error when it holds more */
  limitFiles(count: number): void;
  unmount(): void;
}

/** Whether {@link mountSmallDisk} works here: on Linux, as root; a container also needs the permission to mount. */
export function canMountDisks(): boolean {
  const isRoot = process.getuid?.() === 0;
  if (process.platform !== 'linux' || !isRoot) return false;
  return spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
}

/**
 * Mounts a tmpfs, so that a test can fill a real disk.
 * @param size in the format of mount(8): `24m`
 * @throws Error with the message of mount
 */
export function mountSmallDisk(directory: string, size: string): SmallDisk {
  run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory);
  const remount = (option: string): void => run('mount', '-o', `remount,${option}`, directory);
  let isFrozen = false;
  const thaw = (): void => {
    if (isFrozen) run('umount', '--lazy', directory);
    isFrozen = false;
  };
  return {
    resize: (wanted) => remount(`size=${wanted}`),
    // A read-only view on top: the file system itself refuses to become read-only while it is in use.
    freeze: () => {
      if (isFrozen) return;
      run('mount', '--bind', directory, directory);
      isFrozen = true;
      remount('bind,ro');
    },
    thaw,
    limitFiles: (count) => remount(`nr_inodes=${count}`),
    unmount: () => {
      thaw();
      run('umount', '--lazy', directory);
    },
  };
}

function run(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr?.toString()}`);
}
