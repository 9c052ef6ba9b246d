export { baseStyle, pageIcon } from './base-style.js';
export { Html, html, verbatim, visible } from './html.js';
export { serveOpenApi } from './openapi.js';
export {
  ApiProblem,
  type ProblemDetails,
  ProblemException,
  problemOf,
  writeProblem,
} from './problem.js';
export { SafePageInterceptor, safePageHeaders } from './safe-page.interceptor.js';
export { SameOriginGuard } from './same-origin.guard.js';
