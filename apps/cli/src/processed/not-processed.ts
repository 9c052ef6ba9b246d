import { crashIdVerdict, isCrashId } from '#antenna/crash-report';

/** Why a stored crash may have no processed crash, and what to do. */
export function notProcessed(crashId: string): string {
  const isDeferred = isCrashId(crashId) && crashIdVerdict(crashId) === 'defer';
  const reason = isDeferred
    ? 'a rule deferred it, so its id was not published'
    : 'the processor has not come to it, is off, or gave up (`antenna queue ls`)';
  const deferred = isDeferred ? ' --include-deferred' : '';
  return `No stack, because this crash is not processed: ${reason}. To have it processed (again):
  echo ${crashId} | antenna republish --ids -${deferred} --confirm

`;
}
