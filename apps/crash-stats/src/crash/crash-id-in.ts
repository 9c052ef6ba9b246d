import { isCrashId } from '#antenna/crash-report';

/** The crash id in what somebody typed or copied: also with `bp-` before it, spaces around it, or capitals. */
export function crashIdIn(typed: string): string | undefined {
  if (typed.length > 100) return undefined;
  const id = typed.trim().toLowerCase().replace(/^bp-/, '');
  return isCrashId(id) ? id : undefined;
}
