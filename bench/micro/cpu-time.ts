/** CPU time that this process, with all its threads, spends on a piece of work; in microseconds. */
export async function cpuMicroseconds(work: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
